"""Clocks: what a ticket is owed by its service level, kept in line with how it stands; what is missed is told and written down."""

from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.analysis import business_hours, owing, rights, routing
from handlers.analysis.business_hours import Hours
from handlers.analysis.owing import Spell
from handlers.errors import NotFound, Refused
from handlers.reaching import reach
from handlers.unit_of_work import UnitOfWork
from prompts import owing as words
from storage.accounts import customers, staff
from storage.accounts.staff import Staff
from storage.database import clean
from storage.desk import messages, tickets, unfinished
from storage.desk.tickets import Ticket
from storage.routing import levels
from storage.routing.levels import Clock, Level

REASONS = {"first": "first answer", "next": "next answer", "resolution": "resolution"}
"""Goal → the reason shown in lists."""
OVER = ("met", "missed")
AT_ONCE = 100


def keep(uow: UnitOfWork, ticket_id: int) -> None:
    """Let the ticket's clocks run, stand still or end, as it stands now; what is due first is due for the ticket."""
    known = levels.in_force(uow.db)
    running = levels.of_ticket(uow.db, ticket_id)
    if not known and not running:
        return
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    if ticket.history:
        return
    level = _chosen(uow, ticket, known)
    spells = {} if level is None else {one.goal: one for one in _spells(uow, ticket) if level.minutes.get(one.goal)}
    was_due = {one.due_at for one in running}
    for clock in running:
        spell = spells.get(clock.goal)
        if clock.goal == "next" and ticket.last_staff_at and clock.started_at <= ticket.last_staff_at:
            spell = Spell("next", clock.started_at, ticket.last_staff_at)
        elif clock.goal == "next" and spell and spell.since != clock.started_at:
            spell = None
        _turn(uow, ticket, clock, level, spell)
    for goal, spell in spells.items():
        if level and not any(one.goal == goal and one.started_at == spell.since for one in running):
            _begin(uow, ticket, level, spell)
    _put_due(uow, ticket, was_due)


def apply(uow: UnitOfWork, after: int = 0) -> None:
    """The levels changed: look at every ticket that is not done, some at a time."""
    ids = unfinished.after(uow.db, after, AT_ONCE)
    for one in ids:
        keep(uow, one)
    if len(ids) == AT_ONCE:
        uow.enqueue("levels_changed", f"levels-{uow.now().timestamp()}-{ids[-1]}", ids[-1])


def watch(uow: UnitOfWork) -> None:
    """Warn of what will soon be missed, write down what was, and climb the ladder."""
    for clock_id in levels.to_look_at(uow.db, uow.now()):
        clock = levels.clock(uow.db, clock_id)
        if clock is not None:
            _look(uow, clock)


def explain(uow: UnitOfWork, clock_id: int, staff_id: int, why: str) -> None:
    """A person says why it was missed; their word stands instead of ours. Raises NotFound, or Refused without a word."""
    clock = levels.clock(uow.db, clock_id)
    if clock is None or clock.missed_at is None:
        raise NotFound("Nothing was missed there.")
    said = clean(why).strip()[:500]
    if not said:
        raise Refused("Say why, in a few words.")
    clock.why, clock.why_by = said, staff_id
    levels.keep(uow.db, clock)
    uow.record("miss_explained", clock.ticket_id, by=staff_id, clock=clock_id, why=said)


def hours_of(uow: UnitOfWork, level: Level) -> Hours:
    """The level's own hours; the company's where it has none."""
    if not level.opening:
        return uow.hours()
    zone, country = level.time_zone or uow.policy.time_zone, level.holidays_country or None
    return business_hours.parse(zone, level.opening, country=country)


def _chosen(uow: UnitOfWork, ticket: Ticket, known: list[Level]) -> Level | None:
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    facts = routing.facts(ticket, customer, False)
    return next((one for one in known if routing.fits(one.conditions, facts)), None)


def _spells(uow: UnitOfWork, ticket: Ticket) -> list[Spell]:
    answered, resolved = ticket.last_staff_at, ticket.resolved_at if ticket.state == "resolved" else None
    since = messages.unanswered_since(uow.db, ticket.id or 0, answered) if answered and not resolved else None
    wants = ticket.kind != "praise" or ticket.band != "none"
    return owing.spells(ticket.opened_at, answered, since, resolved, wants_answer=wants)


def _begin(uow: UnitOfWork, ticket: Ticket, level: Level, spell: Spell) -> None:
    """A clock of its own; none for what is over already, or was due before anybody owed it."""
    due = owing.due(hours_of(uow, level), spell.since, level.minutes[spell.goal], 0)
    if spell.given_at is not None or (spell.since < level.set_at and due <= uow.now()):
        return
    clock = Clock(ticket_id=ticket.id or 0, level_id=level.id or 0, goal=spell.goal, started_at=spell.since, due_at=due)
    _turn(uow, ticket, clock, level, spell)


def _turn(uow: UnitOfWork, ticket: Ticket, clock: Clock, level: Level | None, spell: Spell | None) -> None:
    """Bring one clock in line with what is owed."""
    now = uow.now()
    if level is None or spell is None or not level.minutes.get(clock.goal):
        if clock.state in ("running", "paused"):
            clock.state, clock.ended_at, clock.look_at = "stopped", now, None
            levels.keep(uow.db, clock)
        return
    hours = hours_of(uow, level)
    if clock.state in OVER and spell.given_at is None:
        if clock.goal != "resolution":
            return
        _go_on(clock, hours, clock.ended_at, now)
    stopped_for_good = clock.state == "stopped" and spell.given_at is not None
    if clock.state in OVER or stopped_for_good:
        return
    still = ticket.state == "waiting" and spell.given_at is None
    if clock.paused_at is not None and not still:
        _go_on(clock, hours, clock.paused_at, spell.given_at or now)
    clock.level_id = level.id or 0
    clock.due_at = owing.due(hours, clock.started_at, level.minutes[clock.goal], clock.paused_minutes)
    if clock.missed_at is not None and clock.rung == 0 and clock.due_at > (spell.given_at or now):
        clock.missed_at, clock.why, clock.warned_at = None, "", None
    if spell.given_at is not None:
        _end(uow, ticket, clock, spell.given_at)
    elif still:
        clock.state, clock.look_at, clock.paused_at = "paused", None, clock.paused_at or ticket.last_staff_at or now
    else:
        clock.state, clock.ended_at = "running", None
        clock.look_at = _next_look(clock, level, hours)
    levels.keep(uow.db, clock)


def _go_on(clock: Clock, hours: Hours, since: datetime | None, until: datetime) -> None:
    if since is not None:
        clock.paused_minutes += max(0.0, business_hours.between(hours, since, until))
    clock.paused_at = clock.ended_at = None
    clock.state = "running"


def _end(uow: UnitOfWork, ticket: Ticket, clock: Clock, given_at: datetime) -> None:
    late = given_at > clock.due_at
    clock.state, clock.ended_at, clock.look_at = "missed" if late else "met", given_at, None
    if late and clock.missed_at is None:
        _miss(uow, ticket, clock)


def _miss(uow: UnitOfWork, ticket: Ticket, clock: Clock) -> None:
    clock.missed_at, clock.why = clock.due_at, _reason(uow, ticket)
    uow.record("level_missed", ticket.id, goal=clock.goal, why=clock.why)


def _reason(uow: UnitOfWork, ticket: Ticket) -> str:
    """Why, as far as the ticket shows it."""
    who = staff.get(uow.db, ticket.assignee_id).name if ticket.assignee_id else None
    if ticket.state == "snoozed":
        return words.ASLEEP.format(who=who or words.NOBODY)
    if ticket.state == "engineering":
        return words.ENGINEERING
    return words.HELD.format(who=who) if who else words.UNCLAIMED


def _next_look(clock: Clock, level: Level, hours: Hours) -> datetime | None:
    return owing.look(
        hours,
        clock.started_at,
        level.minutes[clock.goal],
        clock.paused_minutes,
        level.warn_minutes,
        warned=clock.warned_at is not None,
        missed=clock.missed_at is not None,
        rung=clock.rung,
        ladder=level.ladder,
    )


def _look(uow: UnitOfWork, clock: Clock) -> None:
    tickets.hold(uow.db, clock.ticket_id)
    clock = levels.clock(uow.db, clock.id or 0) or clock
    level = levels.by_ids(uow.db, {clock.level_id}).get(clock.level_id)
    if clock.state != "running" or level is None or clock.look_at is None or clock.look_at > uow.now():
        return
    ticket = uow.ticket(clock.ticket_id)
    holder = staff.get(uow.db, ticket.assignee_id) if ticket.assignee_id else None
    if clock.missed_at is None and clock.due_at <= uow.now():
        _miss(uow, ticket, clock)
        _tell(uow, ticket, clock, holder, "missed")
    elif clock.missed_at is None:
        clock.warned_at = uow.now()
        _wake(uow, ticket)
        uow.record("level_warned", ticket.id, goal=clock.goal)
        _tell(uow, ticket, clock, holder, "warned")
    elif clock.rung < len(level.ladder):
        rung = level.ladder[clock.rung]
        clock.rung += 1
        called = uow.db.get(Staff, rung["staff_id"])
        uow.record("level_told", ticket.id, goal=clock.goal, to=rung["staff_id"], why=called.name if called else "")
        _tell(uow, ticket, clock, called, f"rung-{clock.rung}")
    clock.look_at = _next_look(clock, level, hours_of(uow, level))
    levels.keep(uow.db, clock)
    uow.enqueue_card(clock.ticket_id)


def _wake(uow: UnitOfWork, ticket: Ticket) -> None:
    """What will be missed soon must not sleep."""
    if ticket.state == "snoozed":
        ticket.state, ticket.snoozed_until = "open", None
        uow.db.add(ticket)
        uow.record("woken", ticket.id, why="its service level runs out")


def _tell(uow: UnitOfWork, ticket: Ticket, clock: Clock, whom: Staff | None, step: str) -> None:
    """By Slack, mail and webhook, as there are: them, else who is on duty; the listener's channel where nobody is."""
    if whom is None and (on_duty := uow.on_duty()) is not None:
        whom = uow.db.get(Staff, on_duty)
    customer = customers.get(uow.db, ticket.customer_id).name if ticket.customer_id else words.UNKNOWN_CUSTOMER
    if whom and "names" not in rights.of(whom.role, names_for_engineers=uow.policy.name_customers_in_bugs):
        customer = words.SOME_CUSTOMER
    url = f"{uow.console_url}/tickets/{uow.reference(ticket)}"
    facts = (clock.goal, step, uow.reference(ticket), url, customer, clock.due_at, clock.why)
    plain = words.told_plainly(*facts, ZoneInfo(uow.policy.time_zone))
    calls = step != "warned"
    reach(uow, whom, f"level:{clock.id}:{step}", "level", words.told(*facts), plain, ticket_id=ticket.id, calls=calls)


def _put_due(uow: UnitOfWork, ticket: Ticket, was_due: set[datetime]) -> None:
    """The first clock that runs out decides when the ticket is due, unless something is due before it."""
    on = [one for one in levels.of_ticket(uow.db, ticket.id or 0) if one.state == "running"]
    first = min(on, key=lambda one: one.due_at, default=None)
    if first is None or ticket.state == "resolved":
        return
    ours = ticket.due_at in was_due and ticket.due_reason in REASONS.values()
    if ticket.due_at is None or ticket.due_at > first.due_at or ours:
        ticket.due_at, ticket.due_reason = first.due_at, REASONS[first.goal]
        uow.db.add(ticket)
