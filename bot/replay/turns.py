"""What the sample's staff did, done again by the verbs that the console and Slack use."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.replay.cast import Cast
from bot.sandbox.company.load import StaffTurn
from handlers.bugs import file, follow, propose, remark
from handlers.customers import flag
from handlers.desk import claim, note, reply, resolve, snooze
from handlers.errors import Refused
from handlers.intake import escalate
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, staff
from storage.desk import messages
from storage.desk.tickets import Ticket
from storage.routing import alerts

Named = tuple[str, str]
"""A message by its door and what the door calls it."""


@dataclass
class Turns:
    """Does the turns in order. `roots` are the first messages of the sample's threads; `refused` what could not be done."""

    cast: Cast
    roots: dict[str, Named] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    done: int = 0

    def take(self, uow: UnitOfWork, turn: StaffTurn) -> None:
        """Do one turn; what the verb refuses is noted, as a person would shrug and go on."""
        self.done += 1
        ticket = self._ticket(uow, turn.thread)
        if ticket is None or ticket.id is None:
            self.refused.append(f"{turn.action} on {turn.thread}: there is no ticket")
            return
        try:
            self._act(uow, turn, ticket.id, self.cast.staff[turn.staff])
        except Refused as refusal:
            self.refused.append(f"{turn.action} on {turn.thread}: {refusal}")

    def _ticket(self, uow: UnitOfWork, thread: str) -> Ticket | None:
        named = self.roots.get(thread)
        message = messages.by_external_id(uow.db, *named) if named else None
        return uow.ticket(message.ticket_id) if message and message.ticket_id else None

    def _act(self, uow: UnitOfWork, turn: StaffTurn, ticket_id: int, staff_id: int) -> None:
        said = turn.text or ""
        _confirm_alert(uow, ticket_id, staff_id)
        match turn.action:
            case "claim":
                claim.claim(uow, ticket_id, staff_id)
            case "reply":
                seen = reply.newest_seen(uow, ticket_id)
                reply.reply(uow, ticket_id, staff_id, said, seen=seen, press=f"turn-{self.done}")
            case "note":
                note.note(uow, ticket_id, staff_id, said)
            case "snooze":
                if said:
                    note.note(uow, ticket_id, staff_id, said)
                snooze.snooze(uow, ticket_id, staff_id, uow.now() + timedelta(minutes=turn.for_minutes or 60))
            case "resolve":
                resolve.resolve(uow, ticket_id, staff_id)
            case "file_bug":
                fields = {**propose.draft_for(uow, ticket_id), "title": said}
                file.file_ticket(uow, ticket_id, staff_id, fields)
            case "bug_fixed":
                _fix(uow, ticket_id, staff_id, said)
            case "flag":
                _flag(uow, ticket_id, turn.staff, said)


def _confirm_alert(uow: UnitOfWork, ticket_id: int, staff_id: int) -> None:
    alert_id = uow.ticket(ticket_id).alert_id
    if alert_id and alerts.get(uow.db, alert_id).state == "open":
        escalate.confirm(uow, alert_id, staff_id)


def _fix(uow: UnitOfWork, ticket_id: int, staff_id: int, said: str) -> None:
    bug_id = uow.ticket(ticket_id).bug_id
    if bug_id is None:
        raise Refused("the ticket has no bug")
    remark.comment(uow, bug_id, said, by=staff_id)
    follow.changed(uow, bug_id, "fixed", by=staff_id)


def _flag(uow: UnitOfWork, ticket_id: int, by: str, said: str) -> None:
    customer_id = uow.ticket(ticket_id).customer_id
    if customer_id is None:
        raise Refused("nobody knows whose ticket this is")
    member = staff.by_email(uow.db, by)
    flag.flag(uow, customers.get(uow.db, customer_id).key, by=member.name if member else by, why=said)
