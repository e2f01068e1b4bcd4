"""Alert: a theme that suddenly many customers tell of. One open alert a theme, updated in place, which ends by itself."""

from collections import Counter
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.analysis.telling import alarming, weeks
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from prompts import slack as words
from storage.database import one_at_a_time
from storage.desk import deliveries, tickets
from storage.desk.deliveries import Delivery
from storage.insights import alarms, bugs, themes, voices
from storage.insights.alarms import Alarm
from storage.insights.themes import Theme
from storage.vocabulary import BUGS_DONE


def watch(uow: UnitOfWork, ticket_id: int) -> None:
    """A complaint came in: open its theme's alert where enough customers tell of it, or bring the open one up to date.

    History raises no alert, and nothing is unusual in a workspace of two weeks.
    """
    ticket = tickets.get(uow.db, ticket_id)
    if ticket.history or ticket.theme_id is None or not ticket.complaint:
        return
    started = voices.started_at(uow.db)
    if started is None or uow.now() < started + alarming.LEARNING:
        return
    if voices.told_before(uow.db, ticket, uow.now() - alarming.WINDOW):
        return  # one customer more is what counts
    heard = _heard(uow, ticket.theme_id)
    now = alarming.customers(heard, uow.now())
    if now < alarming.LEAST:
        return
    one_at_a_time(uow.db, "theme-alerts")
    known = alarms.of_theme(uow.db, ticket.theme_id)
    if known is not None:
        _update(uow, known, now)
        return
    needed = alarming.bar(alarming.before(heard, uow.now()), _lately(uow, ticket.theme_id))
    if now >= needed:
        _open(uow, ticket.theme_id, now, needed)


def settle(uow: UnitOfWork) -> None:
    """What the clock owes: alerts that are over end by themselves, those opened in quiet hours are told afterwards."""
    for alarm in alarms.opened(uow.db):
        now = alarming.customers(_heard(uow, alarm.theme_id), uow.now())
        if alarming.over(now, alarm.bar) or _done(uow, alarm):
            _close(uow, alarm, "resolved", None)
        elif now != alarm.customers:
            _update(uow, alarm, now)
        elif alarm.told_at is None:
            _say(uow, alarm)


def dismiss(uow: UnitOfWork, alarm_id: int, staff_id: int) -> None:
    """It was not worth it: from now on it takes more. Raises NotFound, Refused if it is over already."""
    one_at_a_time(uow.db, "theme-alerts")
    alarm = uow.db.get(Alarm, alarm_id)
    if alarm is None:
        raise NotFound("There is no such alert.")
    uow.db.refresh(alarm)
    if alarm.state != "open":
        raise Refused("This alert is over already.")
    _close(uow, alarm, "dismissed", staff_id)


def reopen(uow: UnitOfWork, alarm_id: int, staff_id: int) -> None:
    """What `staff_id` just dismissed was worth it after all. Raises NotFound, Refused where it cannot be open again."""
    one_at_a_time(uow.db, "theme-alerts")
    alarm = uow.db.get(Alarm, alarm_id)
    if alarm is None or alarm.state != "dismissed" or alarm.closed_by != staff_id or alarm.closed_at is None:
        raise NotFound("There is nothing to take back.")
    uow.still_taken_back(alarm.closed_at)
    if alarms.of_theme(uow.db, alarm.theme_id) is not None:
        raise Refused("Something else has happened since; taking this back would take that back as well.")
    alarm.state, alarm.closed_by, alarm.closed_at = "open", None, None
    uow.record("theme_alert_reopened", by=staff_id, alert=alarm_id)
    _say(uow, alarm)


def rehearse(uow: UnitOfWork, days: int) -> dict[str, Any]:
    """What would have fired in the last so many days, on everything told, history included. Nothing is changed.

    `alerts`: theme, when, customers, bar, end; `per_week`: alerts opened by week; `most_in_a_week`.
    """
    if not 1 <= days <= 3650:
        raise Refused("Between 1 and 3,650 days can be replayed.")
    since, zone = uow.now() - timedelta(days=days), uow.policy.time_zone
    known = {one.id or 0: one for one in themes.everything(uow.db)}
    started = voices.started_at(uow.db)
    told = voices.between(uow.db, since - alarming.LOOKED_AT, uow.now()) if started else []
    fixed = {bug.theme_id: bug.fixed_at for bug in bugs.listed(uow.db) if bug.theme_id and bug.fixed_at}
    replay = alarming.Replay(started or since, fixed)
    for voice in told:
        if voice.theme_id is not None and voice.complaint:
            replay.hear(voice.opened_at, voice.theme_id, voice.customer_id)
    replay.pass_time(uow.now())
    fired = [one for one in replay.fired if one.opened_at >= since]
    per_week = Counter(weeks.containing(one.opened_at, zone).name for one in fired)
    return {
        "days": days,
        "complaints": sum(voice.complaint and voice.opened_at >= since for voice in told),
        "alerts": [
            {
                "theme": one.theme_id,
                "title": known[one.theme_id].name,
                "opened_at": one.opened_at.isoformat(),
                "customers": one.customers,
                "bar": one.bar,
                "updates": one.updates,
                "closed_at": one.closed_at.isoformat() if one.closed_at else None,
            }
            for one in fired
        ],
        "per_week": dict(sorted(per_week.items())),
        "most_in_a_week": max(per_week.values(), default=0),
    }


def _heard(uow: UnitOfWork, theme_id: int) -> list[alarming.Heard]:
    """The theme's complaints as far as the bar looks back."""
    told = voices.of_theme(uow.db, theme_id, uow.now() - alarming.LOOKED_AT)
    return [(voice.opened_at, voice.customer_id) for voice in told if voice.complaint]


def _lately(uow: UnitOfWork, theme_id: int) -> alarming.Lately:
    past = alarms.since(uow.db, uow.now() - alarming.REMEMBERED)
    dismissed = [one for one in past if one.state == "dismissed"]
    here = [one for one in dismissed if one.theme_id == theme_id]
    return alarming.Lately(
        themes=voices.themes_told(uow.db, uow.now() - alarming.LOOKED_AT),
        opened=sum(one.opened_at > uow.now() - alarming.WINDOW for one in past),
        dismissed_here=len(here),
        dismissed=len(dismissed),
        resolved=sum(one.state == "resolved" for one in past),
        most_dismissed=max((one.most for one in here), default=0),
    )


def _open(uow: UnitOfWork, theme_id: int, now: int, needed: int) -> None:
    made = Alarm(
        theme_id=theme_id, customers=now, most=now, bar=needed, opened_at=uow.now(), changed_at=uow.now()
    )  # fmt: skip
    alarm_id = alarms.open_once(uow.db, made)
    if alarm_id is not None:
        uow.record("theme_alert_opened", theme=theme_id, alert=alarm_id, customers=now, bar=needed)
        _say(uow, alarms.get(uow.db, alarm_id))


def _update(uow: UnitOfWork, alarm: Alarm, now: int) -> None:
    if now == alarm.customers:
        return
    alarm.customers, alarm.most, alarm.changed_at = now, max(now, alarm.most), uow.now()
    _say(uow, alarm)


def _close(uow: UnitOfWork, alarm: Alarm, state: str, staff_id: int | None) -> None:
    alarm.state, alarm.closed_at, alarm.closed_by = state, uow.now(), staff_id
    uow.record(f"theme_alert_{state}", by=staff_id, theme=alarm.theme_id, alert=alarm.id)
    _say(uow, alarm)


def _done(uow: UnitOfWork, alarm: Alarm) -> bool:
    """Fixed since it was opened, or the theme has become part of another."""
    if themes.get(uow.db, alarm.theme_id).merged_into is not None:
        return True
    theirs = bugs.of_theme(uow.db, alarm.theme_id)
    return any(one.state in BUGS_DONE and one.fixed_at and one.fixed_at > alarm.opened_at for one in theirs)


def _say(uow: UnitOfWork, alarm: Alarm) -> None:
    """Where engineers read, else at the desk; in quiet hours only what was said before is brought up to date."""
    alarm.revision += 1
    uow.db.add(alarm)
    place = uow.digest_place or uow.desk_place
    local = uow.now().astimezone(ZoneInfo(uow.policy.time_zone))
    known = deliveries.held(uow.db, f"theme-alert:{alarm.id}")
    if known is None and (alarm.state != "open" or alarming.quiet(uow.policy.quiet_hours, local)):
        return
    alarm.told_at = alarm.told_at or uow.now()
    if place is None:
        return
    text, facts = _words(uow, alarm, themes.get(uow.db, alarm.theme_id)), [{"alert": alarm.id, "state": alarm.state}]
    if known is None:
        meant = Delivery(
            key=f"theme-alert:{alarm.id}", purpose="theme_alert", audience="staff", door=place.partition(":")[0],
            place=place, text=text, blocks=facts, created_at=uow.now(),
        )  # fmt: skip
        delivery_id = deliveries.intend(uow.db, meant)
    elif (known.text, known.blocks) != (text, facts):
        known.text, known.blocks, known.state = text, facts, "pending"
        uow.db.add(known)
        delivery_id = known.id
    else:
        return
    if delivery_id is not None:
        uow.enqueue("delivery_meant", f"theme-alert-{alarm.id}-{alarm.revision}", delivery_id)


def _words(uow: UnitOfWork, alarm: Alarm, theme: Theme) -> str:
    link = f"{uow.console_url}/themes/{theme.id}"
    return words.theme_alert(theme.name, link, alarm.customers, alarm.most, alarm.bar, alarm.state)
