"""Day: what one of us did today, what waits for them, what they promised, who said thank you."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.unit_of_work import UnitOfWork
from storage.desk import history, promises, tickets, views
from storage.desk.promises import Promise
from storage.desk.tickets import Ticket


@dataclass(frozen=True)
class Day:
    """One person's day so far. Numbers of tickets; `kept` and `broken` promises of the whole team since Monday."""

    answered: int
    resolved: int
    noted: int
    waiting: int
    promised: list[tuple[Promise, Ticket]]
    kept: int
    broken: int
    thanks: list[Ticket]


def day(uow: UnitOfWork, staff_id: int) -> Day:
    """From midnight in the team's zone until now."""
    zone, now = ZoneInfo(uow.policy.time_zone), uow.now()
    local = now.astimezone(zone)
    midnight = datetime.combine(local.date(), time.min, zone).astimezone(UTC)
    monday = datetime.combine(local.date() - timedelta(days=local.weekday()), time.min, zone).astimezone(UTC)
    did = history.of_staff(uow.db, staff_id, midnight)
    of_name = {name: {one.ticket_id for one in did if one.name == name} for name in ("replied", "resolved", "noted")}
    theirs = [one for one in promises.open_ones(uow.db) if one.staff_id == staff_id]
    decided = promises.decided(uow.db, monday, now)
    return Day(
        answered=len(of_name["replied"]),
        resolved=len(of_name["resolved"]),
        noted=len(of_name["noted"]),
        waiting=views.count_open_of(uow.db, staff_id),
        promised=[(one, uow.ticket(one.ticket_id)) for one in theirs],
        kept=decided["kept"],
        broken=decided["broken"],
        thanks=tickets.praise_between(uow.db, midnight, now),
    )
