"""Views: the listener's lists in working order, page by page, with counts that are kept as tickets change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, text
from sqlmodel import Session, col, select

from storage.database import UtcDateTime, is_sqlite
from storage.desk import derived
from storage.desk.tickets import Ticket

VIEWS = (
    "buffer", "regular", "mine", "unclaimed", "look_first", "for_us", "for_customer", "for_engineering", "snoozed", "done",
)  # fmt: skip
STATES = {"for_us": "open", "for_customer": "waiting", "for_engineering": "engineering"}
"""Views that are a state: whose turn it is."""
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
BANDS, WHYS = {"certain": 0, "possible": 1}, {"promise": 0, "first answer": 1}
TALLY = (
    "SELECT state, queue, band, holder, sum(number) FROM (SELECT state, queue, band, number,"
    " CASE WHEN assignee IN (0, :staff_id) THEN assignee ELSE -1 END AS holder FROM desk_tally{narrowed}) AS lines"
    " GROUP BY state, queue, band, holder"
)
FOLD = text(
    f"WITH gone AS (DELETE FROM desk_tally RETURNING *) INSERT INTO desk_tally {derived.COLUMNS}"  # noqa: S608 words of ours
    " SELECT state, queue, band, assignee, language, sum(number) FROM gone"
    " GROUP BY state, queue, band, assignee, language HAVING sum(number) <> 0"
)
FOLDED_ABOVE = 500

ACTIVE: ColumnElement[bool] = literal_column(derived.ACTIVE)
ASLEEP: ColumnElement[bool] = literal_column(derived.ASLEEP)
DONE: ColumnElement[bool] = literal_column(derived.DONE)
_urgency: ColumnElement[Any] = literal_column(f"({derived.URGENCY})")
_due: ColumnElement[Any] = literal_column(f"({derived.DUE})", UtcDateTime())
_why: ColumnElement[Any] = literal_column(f"({derived.WHY})")
_holder: ColumnElement[Any] = literal_column(derived.HOLDER)


@dataclass(frozen=True)
class Narrow:
    """Only the tickets of a customer, a theme, a language (ISO 639-1)."""

    customer_id: int | None = None
    theme_id: int | None = None
    language: str | None = None

    def __bool__(self) -> bool:
        return (self.customer_id, self.theme_id, self.language) != (None, None, None)


@dataclass(frozen=True)
class Mark:
    """Where a page ended. In lists of what is due: urgency, due, why and id of the last ticket; else a time and its id."""

    urgency: int
    at: datetime
    why: int
    ticket_id: int

    def __str__(self) -> str:
        return f"{self.urgency}.{self.at.replace(tzinfo=None).isoformat()}.{self.why}.{self.ticket_id}"


def mark(view: str, ticket: Ticket) -> Mark:
    """The mark after a ticket of a view."""
    at = {"done": ticket.resolved_at, "snoozed": ticket.snoozed_until}.get(view, ticket.due_at)
    return Mark(BANDS.get(ticket.band, 2), at or NEVER, WHYS.get(ticket.due_reason, 2), ticket.id or 0)


def read_mark(written: str) -> Mark | None:
    """The mark that was written so; None for what is none."""
    first, _, rest = written.partition(".")
    at, *last = rest.rsplit(".", 2)
    try:
        moment = datetime.fromisoformat(at)
        return Mark(int(first), moment.replace(tzinfo=UTC), *(int(one) for one in last)) if len(last) == 2 else None
    except ValueError:
        return None


def listed(
    db: Session, view: str, staff_id: int, *, narrow: Narrow | None = None, after: Mark | None = None, limit: int = 50,
    skip: int = 0,
) -> list[Ticket]:  # fmt: skip
    """The tickets of a view as `staff_id` sees it: emergencies first, then what is due first, promises before first answers.

    `after` begins behind a mark, `skip` after so many tickets. Done ones come newest first, sleepers in the order they wake.
    """
    wanted = _wanted(view, staff_id, narrow or Narrow())
    found: list[Ticket] = []
    for part in _parts(view, after):
        if len(found) < limit:
            asked = select(Ticket).where(*wanted, *part).order_by(*_order(view))
            found += db.exec(asked.limit(limit - len(found)).offset(skip))
    return found


def count_open_of(db: Session, staff_id: int) -> int:
    """How many of somebody's tickets wait for us."""
    counted = text("SELECT coalesce(sum(number), 0) FROM desk_tally WHERE state = 'open' AND assignee = :staff_id")
    return int(db.execute(counted, {"staff_id": staff_id}).scalar_one())


def counts(db: Session, staff_id: int, language: str | None = None) -> dict[str, int]:
    """How many tickets each view holds, all or those in a language, at any number of tickets."""
    numbers = dict.fromkeys(VIEWS, 0)
    asked = text(TALLY.format(narrowed=" WHERE language = :language" if language else ""))
    given = {"staff_id": staff_id} | ({"language": language} if language else {})
    for state, queue, band, holder, number in db.connection().execute(asked, given):
        for view in _views_of(state, queue, band, holder, staff_id):
            numbers[view] += int(number)
    return numbers


def counted(db: Session, view: str, staff_id: int, narrow: Narrow) -> int:
    """How many tickets of a view are left when it is narrowed."""
    if narrow.customer_id is None and narrow.theme_id is None:
        return counts(db, staff_id, narrow.language)[view]
    wanted = and_(*_wanted(view, staff_id, narrow))
    return db.exec(select(func.count()).select_from(Ticket).where(wanted)).one()


def fold(db: Session) -> None:
    """On Postgres, where every change of a ticket adds a line to the tally: add them up."""
    if not is_sqlite(db):
        lines = "SELECT count(*) FROM (SELECT 1 FROM desk_tally LIMIT :most) AS lines"
        if db.connection().execute(text(lines), {"most": FOLDED_ABOVE}).scalar_one() == FOLDED_ABOVE:
            db.connection().execute(FOLD)


def _views_of(state: str, queue: str, band: str, holder: int, staff_id: int) -> Iterator[str]:
    if state in ("snoozed", "resolved"):
        yield "snoozed" if state == "snoozed" else "done"
        return
    yield queue
    yield next(view for view, one in STATES.items() if one == state)
    if holder == 0:
        yield "unclaimed"
    if holder == staff_id:
        yield "mine"
    if band != "none":
        yield "look_first"


def _wanted(view: str, staff_id: int, narrow: Narrow) -> list[Any]:
    """The view's condition and what it is narrowed by, letter by letter as the index has it that leaves the fewest.

    A customer's or a theme's tickets are few; a language's are many, but for few holders fewer. What is to be looked at row
    by row is written so that no index fits it.
    """
    narrowed = [(Ticket.customer_id, narrow.customer_id), (Ticket.theme_id, narrow.theme_id)]
    few = [col(column) == value for column, value in narrowed if value is not None]
    by_row = bool(few) or (narrow.language is not None and view not in ("mine", "look_first"))
    condition = _condition(view, staff_id, by_row)
    if narrow.language is None:
        return [*condition, *few]
    language = col(Ticket.language) if by_row and not few else col(Ticket.language).concat("")
    return [*condition, *few, language == narrow.language]


def _condition(view: str, staff_id: int, by_row: bool) -> list[ColumnElement[bool]]:
    if view in ("snoozed", "done"):
        return [ASLEEP if view == "snoozed" else DONE]
    if view in ("mine", "unclaimed"):
        holder = _holder + 0 if by_row else _holder
        return [ACTIVE, holder == (staff_id if view == "mine" else 0)]
    if view == "look_first":
        return [ACTIVE, literal_column("band <> 'none'")]
    column, value = (col(Ticket.state), STATES[view]) if view in STATES else (col(Ticket.queue), view)
    return [ACTIVE, column.concat("") == value if by_row else column == value]


def _order(view: str) -> tuple[Any, ...]:
    if view == "done":
        return col(Ticket.resolved_at).desc(), col(Ticket.id).desc()
    if view == "snoozed":
        return col(Ticket.snoozed_until), col(Ticket.id)
    return _urgency, _due, _why, col(Ticket.id)


def _parts(view: str, after: Mark | None) -> list[list[Any]]:
    """What comes behind the mark, in ranges that an index gives in order: a row comparison would not use expressions."""
    if after is None:
        return [[]]
    ticket_id = col(Ticket.id)
    if view == "done":
        at = col(Ticket.resolved_at)
        return [[at == after.at, ticket_id < after.ticket_id], [at < after.at]]
    if view == "snoozed":
        at = col(Ticket.snoozed_until)
        return [[at == after.at, ticket_id > after.ticket_id], [at > after.at]]
    same = [_urgency == after.urgency, _due == after.at]
    return [
        [*same, _why == after.why, ticket_id > after.ticket_id],
        [*same, _why > after.why],
        [_urgency == after.urgency, _due > after.at],
        [_urgency > after.urgency],
    ]
