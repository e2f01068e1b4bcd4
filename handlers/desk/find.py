"""Find: tickets by any word of theirs, by customer, reference, note, and by what is known of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from zoneinfo import ZoneInfo

from handlers.analysis.wording import query as queries
from handlers.analysis.wording.query import Query
from handlers.analysis.wording.terms import facet, terms
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers
from storage.desk import search, tickets
from storage.desk.search import Line, Phrase, Span
from storage.desk.tickets import FIRST_NUMBER, Ticket
from storage.insights import themes
from storage.vocabulary import KINDS

AT_ONCE = 200
"""Changes that are read anew in one transaction."""
AWAKE = ("open", "waiting", "engineering")
BEGINNINGS = 3
"""Letters from which on the beginning of a word is enough, if the word as it stands is found nowhere."""


@dataclass(frozen=True)
class Found:
    """A page of tickets, newest first; `below` finds the next one, None if this was the last. `wrong` in sentences."""

    tickets: list[Ticket]
    below: int | None = None
    wrong: tuple[str, ...] = ()


def learn(uow: UnitOfWork, most: int = AT_ONCE) -> int:
    """Read anew what was said in tickets that changed, the longest ago first; how many."""
    changes = search.due(uow.db, most)
    if not changes:
        return 0
    said = search.said(uow.db, sorted(set(changes.values())))
    known = {one.id: one for one in tickets.by_ids(uow.db, list(said))}
    lines = {ticket_id: _line(uow, known.get(ticket_id), words) for ticket_id, words in said.items()}
    search.keep(uow.db, changes, lines)
    return len(lines)


def find(uow: UnitOfWork, staff_id: int, text: str, *, below: int | None = None, limit: int = 50) -> Found:
    """What `text` asks for, as `staff_id` asks it: words, "words that follow each other", `is:`, `customer:`, `theme:`, `before:` …

    What changed a moment ago is found as it is now, unless more changed than can be read in a moment.
    """
    learn(uow)
    asked = queries.read(text)
    wrong = list(asked.wrong)
    facts = list(_asked_facts(uow, staff_id, asked, wrong))
    said = [words for one in asked.phrases if (words := tuple(terms(one)))]
    span = Span(*(_moment(uow, day) if day else None for day in (asked.after, asked.before)))
    first = _referred(uow, text) if below is None else None
    if wrong or not (said or facts or span.bounded):
        return Found([first] if first else [], wrong=tuple(wrong))
    facts += [_ways(months)] if (months := _months(uow, span)) else []
    ways = [*facts, *([Phrase(one)] for one in said)] or [[Phrase((facet("any", 1),))]]
    ids = search.found(uow.db, ways, span, below=below, most=limit + 1)
    if not ids and _may_go_on(said) and not (below and search.found(uow.db, ways, span, most=1)):
        ways = [*facts, *([Phrase(one, open_ended=True)] for one in said)]
        ids = search.found(uow.db, ways, span, below=below, most=limit + 1)
    rows = tickets.by_ids(uow.db, ids[:limit])
    if first is not None:
        rows = [first, *(one for one in rows if one.id != first.id)]
    return Found(rows, below=ids[limit - 1] if len(ids) > limit else None)


def _facts(ticket: Ticket) -> Iterator[str]:
    """What is known of a ticket, as terms."""
    yield facet("any", 1)
    yield facet("year", ticket.opened_at.year)
    yield facet("month", f"{ticket.opened_at:%Y%m}")
    if ticket.history:
        yield facet("is", "imported")
    for name, value in (
        ("state", ticket.state),
        ("queue", ticket.queue),
        ("kind", ticket.kind),
        ("language", ticket.language),
        ("holder", ticket.assignee_id or 0),
        ("customer", ticket.customer_id or 0),
        ("theme", ticket.theme_id or 0),
    ):
        yield facet(name, value)
    if ticket.band != "none":
        yield facet("is", "urgent")
    if ticket.complaint:
        yield facet("is", "complaint")
    if ticket.bug_id:
        yield facet("has", "bug")
    for tag in ticket.extra.get("tags", ()):
        yield facet("tag", tag)


def _line(uow: UnitOfWork, ticket: Ticket | None, said: list[str]) -> Line | None:
    if ticket is None:
        return None
    words = chain.from_iterable(terms(one) for one in (uow.reference(ticket), *said, ticket.gist))
    return Line(tuple(sorted(_facts(ticket))), list(words))


def _asked_facts(uow: UnitOfWork, staff_id: int, asked: Query, wrong: list[str]) -> Iterator[list[Phrase]]:
    """Each operator as the facts of which one must hold."""
    for name, values in asked.asked.items():
        for value in values:
            facts = list(ASKED[name](uow, staff_id, value))
            if not facts:
                wrong.append(f"“{name}:{value}” is nothing we know.")
            for one in facts:
                yield _ways(one)


def _ways(facts: Iterable[str]) -> list[Phrase]:
    return [Phrase((one,)) for one in facts]


def _is(_uow: UnitOfWork, staff_id: int, value: str) -> Iterator[list[str]]:
    word = value.lower().replace("-", "_")
    states = {"resolved": "resolved", "done": "resolved", "snoozed": "snoozed", **{one: one for one in AWAKE}}
    if word in states:
        yield [facet("state", states[word])]
    elif word in ("buffer", "regular"):
        yield [facet("queue", word)]
    elif word in ("active", "mine", "unclaimed"):
        yield [facet("state", one) for one in AWAKE]
        if word != "active":
            yield [facet("holder", staff_id if word == "mine" else 0)]
    elif word in ("urgent", "complaint", "imported"):
        yield [facet("is", word)]
    elif word in KINDS:
        yield [facet("kind", word)]


def _customer(uow: UnitOfWork, _staff_id: int, value: str) -> Iterator[list[str]]:
    if known := customers.named(uow.db, value):
        yield [facet("customer", one.id) for one in known]


def _theme(uow: UnitOfWork, _staff_id: int, value: str) -> Iterator[list[str]]:
    if known := themes.named(uow.db, value):
        yield [facet("theme", one.id) for one in known]


Resolve = Callable[[UnitOfWork, int, str], Iterator[list[str]]]


def _as_it_is(name: str) -> Resolve:
    return lambda _uow, _staff_id, value: iter([[facet(name, value)]])


ASKED: dict[str, Resolve] = {
    "is": _is,
    "customer": _customer,
    "theme": _theme,
    "language": _as_it_is("language"),
    "kind": _as_it_is("kind"),
    "tag": _as_it_is("tag"),
    "has": _as_it_is("has"),
}


def _referred(uow: UnitOfWork, text: str) -> Ticket | None:
    """The ticket whose reference was typed, `ES-1042` or `1042`."""
    prefix, _, digits = text.strip().rpartition("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and int(digits) > FIRST_NUMBER):
        return None
    return tickets.by_number(uow.db, int(digits)) if prefix.upper() in ("", uow.policy.reference_prefix) else None


def _may_go_on(said: list[tuple[str, ...]]) -> bool:
    return bool(said) and all(len(one[-1]) >= BEGINNINGS for one in said)


def _months(uow: UnitOfWork, span: Span) -> list[str]:
    """The months and whole years that a span touches, as terms: what lies outside of them is never looked at."""
    oldest = tickets.first_opened(uow.db) if span.bounded else None
    if oldest is None:
        return []
    start, end = max(oldest, span.since or oldest), min(span.until or uow.now(), uow.now())
    first, last = (one.year * 12 + one.month - 1 for one in (start, end))
    years = [year for year in range(start.year, end.year + 1) if first <= year * 12 and year * 12 + 11 <= last]
    months = [one for one in range(first, last + 1) if one // 12 not in years]
    return [facet("year", one) for one in years] + [facet("month", f"{one // 12}{one % 12 + 1:02}") for one in months]


def _moment(uow: UnitOfWork, day: date) -> datetime:
    """When the day begins for the team, aware."""
    return datetime.combine(day, time.min, ZoneInfo(uow.policy.time_zone))
