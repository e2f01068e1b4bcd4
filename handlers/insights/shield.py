"""Shield: what the buffer took so that nobody of the core team had to, week by week, and each interruption that got through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from handlers.analysis.telling import weeks
from handlers.analysis.telling.weeks import Week
from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.accounts.staff import Staff
from storage.desk import messages
from storage.insights import interruptions
from storage.insights.interruptions import WAYS, Interruption

CORE = ("engineer", "manager", "admin")
"""Whose time is shielded; to be asked is the work of listeners and support."""


@dataclass(frozen=True)
class Line:
    """One engineer's week. `own` messages about bugs of theirs, and their even `share` of those that were nobody's."""

    name: str
    own: int
    share: float
    through: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """One week: a line per engineer, what got through, and how much of either there was."""

    week: Week
    lines: Sequence[Line]
    through: Sequence[Interruption]
    absorbed: int


def week(uow: UnitOfWork, name: str = "") -> Told:
    """The week called so, this one by default. Raises ValueError if there is no such week."""
    zone = uow.policy.time_zone
    wanted = weeks.parse(name, zone) if name else weeks.containing(uow.now(), zone)
    everyone = staff.everyone(uow.db)
    engineers = [one for one in everyone if one.role == "engineer"]
    taken = interruptions.absorbed(uow.db, wanted.since, wanted.until)
    through = interruptions.between(uow.db, wanted.since, wanted.until)
    core = engineers + [one for one in everyone if one.role in CORE[1:] and _met(through, one)]
    known = {one.name.casefold() for one in engineers}
    rest = sum(number for who, number in taken.items() if not who or who.casefold() not in known)
    lines = [_line(one, taken, rest / len(engineers) if one in engineers else 0.0, through) for one in core]
    return Told(wanted, lines, through, sum(taken.values()))


def recent(uow: UnitOfWork, number: int = 6) -> list[Told]:
    """The last so many weeks, this one first."""
    this = weeks.containing(uow.now(), uow.policy.time_zone)
    return [week(uow, this.later(-back).name) for back in range(number)]


def mentioned(uow: UnitOfWork, message_id: int, slack_ids: Iterable[str]) -> int:
    """A customer's message mentions these (`T…/U…`): how many of the core team it interrupted."""
    message = messages.get(uow.db, message_id)
    if message.direction != "in":
        return 0
    met = [one for slack_id in sorted(set(slack_ids)) if (one := staff.by_slack_id(uow.db, slack_id))]
    return sum(
        interruptions.keep(
            uow.db,
            Interruption(
                key=f"mention:{message_id}:{one.id}", at=message.sent_at, way="mention", staff_id=one.id,
                message_id=message_id,
            ),
        )
        for one in met
        if one.role in CORE
    )  # fmt: skip


def _met(through: Iterable[Interruption], one: Staff) -> bool:
    return any(each.staff_id == one.id or each.who == one.name for each in through)


def _line(one: Staff, taken: dict[str | None, int], share: float, through: Sequence[Interruption]) -> Line:
    own = sum(number for who, number in taken.items() if who and who.casefold() == one.name.casefold())
    theirs = [each.way for each in through if each.staff_id == one.id or each.who == one.name]
    return Line(one.name, own, share, {way: theirs.count(way) for way in WAYS})
