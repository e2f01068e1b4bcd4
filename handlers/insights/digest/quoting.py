"""Quotes for a digest: nameless words, each with the reference of its ticket."""

from collections.abc import Collection, Sequence
from typing import Any

from handlers.analysis.telling import names, quoting
from handlers.analysis.telling.facts import Voice
from handlers.analysis.telling.quotes import says_something
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers
from storage.desk.tickets import FIRST_NUMBER
from storage.insights import evidence, voices

QUOTES = 3
CHOSEN_FROM = 30
"""Quotes are chosen among so many of a theme's newest complaints."""


class Quoted:
    """Picks and cleans customers' words."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self._companies = evidence.called(uow.db, []).companies
        self._ways = quoting.ways(self._companies)

    def typical(self, told: Sequence[Voice], *, alone: bool) -> list[dict[str, Any]]:
        """Up to three that stand for all and differ; `alone` where only one customer ever told of it."""
        newest = told[-CHOSEN_FROM:]
        texts, speeches = self._texts(newest, alone)
        vectors = voices.numbers(self.uow.db, list(texts))
        return [self._quote(one, texts[one]) for one in quoting.typical(speeches, texts, vectors, QUOTES)]

    def each(self, told: Sequence[Voice], alone: Collection[int]) -> list[dict[str, Any]]:
        """One of each that says more than a greeting; those of the tickets in `alone` are discreet."""
        texts = self._texts([one for one in told if one.ticket_id not in alone], False)[0]
        texts |= self._texts([one for one in told if one.ticket_id in alone], True)[0]
        telling = [one for one in told if says_something(texts.get(one.ticket_id, ""))]
        return [self._quote(one.ticket_id, texts[one.ticket_id]) for one in telling]

    def _texts(self, told: Sequence[Voice], alone: bool) -> tuple[dict[int, str], list[quoting.Speech]]:
        said = voices.opening_words(self.uow.db, [one.ticket_id for one in told])
        theirs = {one.customer_id for one in told if one.customer_id}
        people = evidence.called(self.uow.db, sorted(theirs)).people
        known = quoting.Known(self._ways, self._own(theirs), people)
        speeches = [
            quoting.Speech(one.ticket_id, one.customer_id, *said[one.ticket_id], one.gist)
            for one in told
            if one.ticket_id in said
        ]
        texts = {one.ticket_id: quoting.readable(one, known, alone=alone) for one in speeches}
        return {ticket: text for ticket, text in texts.items() if text}, speeches

    def _own(self, customer_ids: Collection[int]) -> dict[int, list[str]]:
        """Each customer's own ways, its key among them."""
        theirs = customers.by_ids(self.uow.db, customer_ids)
        return {one: names.called(who.name, who.key, who.domains) for one, who in theirs.items()}

    def _quote(self, ticket_id: int, text: str) -> dict[str, Any]:
        reference = f"{self.uow.policy.reference_prefix}-{FIRST_NUMBER + ticket_id}"
        return {"text": text, "ticket": reference, "url": f"{self.uow.console_url}/tickets/{reference}"}
