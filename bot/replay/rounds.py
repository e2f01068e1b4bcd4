"""The daily round of the sample's staff: what nobody wrote down because it goes without saying.

Each working day at the end of the afternoon: what waits since yesterday is answered with the suggested words, who waits for
engineers hears where it stands, what was answered and heard nothing more is resolved, and what a fix means is told.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle

from handlers.analysis import business_hours
from handlers.bugs import tell
from handlers.desk import claim, reply, resolve, suggest
from handlers.errors import Refused
from handlers.intake import escalate
from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.desk import drafts, tickets
from storage.desk.tickets import Ticket
from storage.routing import alerts

ANSWERED_AFTER = timedelta(hours=20)
RESOLVED_AFTER = timedelta(hours=40)
NEWS_AFTER = timedelta(days=4)
TOLD_AFTER = timedelta(hours=20)
CLOSED_AFTER = timedelta(hours=20)
CONFIRMED_AFTER = timedelta(minutes=4)
A_DAY = 14
"""Answers that a round has time for."""


class Rounds:
    """Goes round by round; regular tickets are shared by support, buffered ones are the listener's."""

    def __init__(self, uow: UnitOfWork) -> None:
        everybody = staff.everyone(uow.db)
        self._listener = next(one.id or 0 for one in everybody if one.role == "listener")
        self._support: Iterator[int] = cycle([one.id or 0 for one in everybody if one.role == "support"])
        self._number = 0

    def go(self, uow: UnitOfWork) -> None:
        """One round, now."""
        if not business_hours.is_open(uow.hours(), uow.now()):
            return
        self._number += 1
        self._tell_of_fixes(uow)
        answered = 0
        for ticket in tickets.listed(uow.db, state="active", limit=1000):
            if ticket.state == "open" and not self._answered(ticket):
                if answered < A_DAY and ticket.opened_at < uow.now() - ANSWERED_AFTER:
                    answered += 1
                    self._answer(uow, ticket)
            elif ticket.state == "engineering":
                if ticket.last_staff_at and ticket.last_staff_at < uow.now() - NEWS_AFTER:
                    self._answer(uow, ticket)
            elif self._quiet(ticket, uow.now()):
                resolve.resolve(uow, ticket.id or 0, self._who(ticket))

    def look_at_alerts(self, uow: UnitOfWork) -> None:
        """Whoever is called confirms after a moment; an incident is closed on the next day."""
        for alert in alerts.unfinished(uow.db):
            if alert.id is None or alert.called_id is None:
                continue
            if alert.state == "open" and alert.opened_at < uow.now() - CONFIRMED_AFTER:
                escalate.confirm(uow, alert.id, alert.called_id)
            elif alert.last_at < uow.now() - CLOSED_AFTER:
                escalate.close(uow, alert.id, alert.called_id)

    def _answer(self, uow: UnitOfWork, ticket: Ticket) -> None:
        who, ticket_id = self._who(ticket), ticket.id or 0
        if ticket.assignee_id is None:
            claim.claim(uow, ticket_id, who)
        seen = reply.newest_seen(uow, ticket_id)
        words = suggest.suggest(uow, ticket_id).text
        reply.reply(uow, ticket_id, who, words, seen=seen, press=f"round-{self._number}")

    def _who(self, ticket: Ticket) -> int:
        return ticket.assignee_id or (self._listener if ticket.queue == "buffer" else next(self._support))

    @staticmethod
    def _answered(ticket: Ticket) -> bool:
        heard = ticket.last_customer_at or ticket.opened_at
        return ticket.last_staff_at is not None and ticket.last_staff_at >= heard

    @staticmethod
    def _quiet(ticket: Ticket, now: datetime) -> bool:
        heard = max(ticket.last_customer_at or ticket.opened_at, ticket.last_staff_at or ticket.opened_at)
        return heard < now - RESOLVED_AFTER

    def _tell_of_fixes(self, uow: UnitOfWork) -> None:
        for draft in drafts.waiting(uow.db):
            if draft.created_at > uow.now() - TOLD_AFTER:
                continue
            ticket = uow.ticket(draft.ticket_id)
            try:
                if ticket.last_staff_at and ticket.last_staff_at > draft.created_at:
                    tell.discard(uow, draft.id or 0, self._listener)
                else:
                    tell.approve(uow, draft.id or 0, self._listener)
            except Refused:
                continue
