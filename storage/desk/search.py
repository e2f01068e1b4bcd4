"""Search: one line of terms per ticket, and the tickets whose line is no longer what it was.

Terms hold letters and digits of any script only; those with `=` in them (`state=open`) are facts about the ticket.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel import Session

from storage.database import UtcDateTime, is_sqlite

MOST_TERMS = 15_000
"""Of a ticket: Postgres keeps no place beyond 16,383."""
ANYTHING_BEFORE = 2**62

KEEP_SQLITE = text("INSERT OR REPLACE INTO ticket_search (rowid, words) VALUES (:id, :words)")
KEEP_POSTGRES = text(
    "INSERT INTO ticket_search (ticket_id, words) VALUES (:id, CAST(:words AS tsvector))"
    " ON CONFLICT (ticket_id) DO UPDATE SET words = excluded.words"
)
FORGET_SQLITE = text("DELETE FROM ticket_search WHERE rowid = :id")
FORGET_POSTGRES = text("DELETE FROM ticket_search WHERE ticket_id = :id")
DONE = text("DELETE FROM search_due WHERE id IN :changes RETURNING id").bindparams(bindparam("changes", expanding=True))
SAID = tuple(
    text(one).bindparams(bindparam("ids", expanding=True))
    for one in (
        "SELECT t.id, c.name, c.key FROM ticket t JOIN customer c ON c.id = t.customer_id WHERE t.id IN :ids",
        "SELECT t.id, p.name, p.email FROM ticket t JOIN person p ON p.id = t.person_id WHERE t.id IN :ids",
        "SELECT t.id, b.external_key FROM ticket t JOIN bug b ON b.id = t.bug_id WHERE t.id IN :ids",
        "SELECT ticket_id, text FROM note WHERE ticket_id IN :ids ORDER BY id DESC",
        "SELECT m.ticket_id, a.name FROM attachment a JOIN message m ON m.id = a.message_id WHERE m.ticket_id IN :ids",
        "SELECT ticket_id, author, text FROM message WHERE ticket_id IN :ids AND deleted_at IS NULL ORDER BY id DESC",
    )
)
FOUND_SQLITE = (
    "SELECT s.rowid FROM ticket_search s CROSS JOIN ticket t ON t.id = s.rowid"
    " WHERE s.words MATCH :asked AND s.rowid < :below{more} ORDER BY s.rowid DESC LIMIT :most"
)
FOUND_POSTGRES = (
    "SELECT t.id FROM ticket_search s JOIN ticket t ON t.id = s.ticket_id"
    " WHERE s.words @@ CAST(:asked AS tsquery) AND s.ticket_id < :below{more} ORDER BY s.ticket_id DESC LIMIT :most"
)


@dataclass(frozen=True)
class Line:
    """What one ticket is found by."""

    facts: tuple[str, ...]
    words: Sequence[str]


@dataclass(frozen=True)
class Phrase:
    """Terms that follow one another. `open_ended`: the last one may go on."""

    terms: tuple[str, ...]
    open_ended: bool = False


@dataclass(frozen=True)
class Span:
    """Moments in [since, until), aware; None is unbounded."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def bounded(self) -> bool:
        """True if anything is left out."""
        return (self.since, self.until) != (None, None)


Asked = Sequence[Sequence[Phrase]]
"""All of these, each in one of several ways."""


def due(db: Session, most: int) -> dict[int, int]:
    """Changes after which a line is to be written anew, the oldest first: change → ticket id, at most so many."""
    rows = db.connection().execute(text("SELECT id, ticket_id FROM search_due ORDER BY id LIMIT :most"), {"most": most})
    return {int(change): int(ticket_id) for change, ticket_id in rows}


def said(db: Session, ticket_ids: Sequence[int]) -> dict[int, list[str]]:
    """Everything said in and about these tickets, the newest words first; what was taken back is left out."""
    found: dict[int, list[str]] = {one: [] for one in ticket_ids}
    for asked in SAID:
        for ticket_id, *words in db.connection().execute(asked, {"ids": list(ticket_ids)}):
            found[ticket_id] += [one for one in words if one]
    return found


def keep(db: Session, changes: dict[int, int], lines: dict[int, Line | None]) -> None:
    """Write the lines of these tickets (None: it is no more), unless somebody else saw to it since these changes were read."""
    gone = db.connection().execute(DONE, {"changes": list(changes)}).scalars().all()
    mine = {changes[one] for one in gone}
    here = {one: lines[one] for one in mine if one in lines}
    on_sqlite = is_sqlite(db)
    for ticket_id in (one for one, line in here.items() if line is None):
        db.connection().execute(FORGET_SQLITE if on_sqlite else FORGET_POSTGRES, {"id": ticket_id})
    write = _sqlite_line if on_sqlite else _postgres_line
    rows = [{"id": one, "words": write(line)} for one, line in sorted(here.items()) if line is not None]
    if rows:
        db.connection().execute(KEEP_SQLITE if on_sqlite else KEEP_POSTGRES, rows)


def _sqlite_line(line: Line) -> str:
    return " ".join((*line.facts, *line.words[:MOST_TERMS]))


def _postgres_line(line: Line) -> str:
    placed = (f"'{one}':{place}" for place, one in enumerate(line.words[:MOST_TERMS], 1))
    return " ".join((*(f"'{one}'" for one in line.facts), *placed))


def found(db: Session, asked: Asked, span: Span, *, below: int | None = None, most: int = 50) -> list[int]:
    """Ids of tickets that have all of what is asked, opened in the span, newest first, only those under `below`."""
    on_sqlite = is_sqlite(db)
    moments = {"after": (">=", span.since), "before": ("<", span.until)}
    bounds = {name: moment for name, (_, moment) in moments.items() if moment is not None}
    more = "".join(f" AND t.opened_at {moments[name][0]} :{name}" for name in bounds)
    asking = text((FOUND_SQLITE if on_sqlite else FOUND_POSTGRES).format(more=more))
    given = {
        "asked": _sqlite(asked) if on_sqlite else _postgres(asked),
        "below": ANYTHING_BEFORE if below is None else below,
        "most": most,
    }
    typed = asking.bindparams(*(bindparam(name, type_=UtcDateTime()) for name in bounds))
    return list(db.connection().execute(typed, {**given, **bounds}).scalars())


def _sqlite(asked: Asked) -> str:
    def phrase(one: Phrase) -> str:
        return f'"{" ".join(one.terms)}"' + (" *" if one.open_ended else "")

    return " AND ".join(f"({' OR '.join(phrase(one) for one in ways)})" for ways in asked)


def _postgres(asked: Asked) -> str:
    def phrase(one: Phrase) -> str:
        quoted = [f"'{term}'" for term in one.terms]
        quoted[-1] += ":*" if one.open_ended else ""
        return f"({' <-> '.join(quoted)})"

    return " & ".join(f"({' | '.join(phrase(one) for one in ways)})" for ways in asked)
