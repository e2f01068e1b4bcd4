"""Escalate: a certain emergency pages whoever is on call. One incident, one alert; unconfirmed, it goes to the next person."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.analysis.telling import names, quotes
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from prompts import slack as words
from storage.accounts import customers, staff
from storage.accounts.staff import Staff
from storage.database import one_at_a_time
from storage.desk import deliveries, history, tickets
from storage.desk.deliveries import Delivery
from storage.desk.tickets import Ticket
from storage.insights import interruptions
from storage.insights.interruptions import Interruption
from storage.routing import alerts
from storage.routing.alerts import Alert

INCIDENT_HOURS = 24
CORE = ("engineer", "manager", "admin")
"""Whose time is shielded: each call is counted as an interruption that got through."""
ROUNDS = 3
"""How often the on-call order is gone through before only the console's banner is left."""


def escalate(uow: UnitOfWork, ticket_id: int) -> None:
    """Page for a certain emergency, or add it to the alert of the same incident."""
    tickets.hold(uow.db, ticket_id)
    one_at_a_time(uow.db, "alerts")
    ticket = tickets.get(uow.db, ticket_id)
    if ticket.band != "certain" or ticket.history or ticket.alert_id:
        return
    alert = _same_incident(uow, ticket)
    if alert is None:
        alert = alerts.add(
            uow.db,
            Alert(
                emergency=ticket.emergency or "outage",
                title=ticket.gist,
                opened_at=uow.now(),
                last_at=uow.now(),
            ),
        )
    alert.revision += 1
    alert.last_at = uow.now()
    ticket.alert_id = alert.id
    uow.db.add(ticket)
    uow.db.add(alert)
    uow.record("alerted", ticket.id, alert=alert.id, why=ticket.emergency_reason)
    if alert.called_id is None:
        _call(uow, alert, 0)
    else:
        _say(uow, alert, f"alert:{alert.id}:{alert.level}", revised=True)


def call_next(uow: UnitOfWork, alert_id: int) -> None:
    """Nobody confirmed in time: the next person on call."""
    one_at_a_time(uow.db, "alerts")
    alert = alerts.get(uow.db, alert_id)
    if alert.state == "open" and alert.next_at and alert.next_at <= uow.now():
        _call(uow, alert, alert.level + 1)


def untold(uow: UnitOfWork, alert_id: int) -> list[int]:
    """Ids of what the alert still has to say."""
    return [one.id for one in deliveries.pending(uow.db) if one.id and one.key.startswith(f"alert:{alert_id}:")]


def confirm(uow: UnitOfWork, alert_id: int, staff_id: int) -> None:
    """Somebody has it. Raises Refused if another was faster."""
    one_at_a_time(uow.db, "alerts")
    if not alerts.confirm(uow.db, alert_id, staff_id):
        alert = alerts.get(uow.db, alert_id)
        who = staff.get(uow.db, alert.confirmed_by).name if alert.confirmed_by else "Somebody"
        raise Refused(f"{who} has confirmed this one already.")
    _say(uow, alerts.get(uow.db, alert_id), f"alert:{alert_id}:{alerts.get(uow.db, alert_id).level}", revised=True)
    uow.record("alert_confirmed", by=staff_id, alert=alert_id)


def close(uow: UnitOfWork, alert_id: int, staff_id: int) -> None:
    """The incident is over; a new report opens a new alert."""
    one_at_a_time(uow.db, "alerts")
    alert = alerts.get(uow.db, alert_id)
    if alert.state == "closed":
        raise Refused("This alert is closed already.")
    alert.state, alert.closed_at, alert.next_at = "closed", uow.now(), None
    uow.db.add(alert)
    _say(uow, alert, f"alert:{alert_id}:{alert.level}", revised=True)
    uow.record("alert_closed", by=staff_id, alert=alert_id)


def take_back(uow: UnitOfWork, alert_id: int, staff_id: int) -> None:
    """What `staff_id` just said of it, that they have it or that it is over, was not so: it goes on where it was.

    Raises NotFound where they said nothing, Refused if it is too long ago.
    """
    one_at_a_time(uow.db, "alerts")
    alert = alerts.get(uow.db, alert_id)
    said = "alert_closed" if alert.state == "closed" else "alert_confirmed"
    event = history.last_of(uow.db, said, staff_id)
    if alert.state == "open" or event is None or event.detail.get("alert") != alert_id:
        raise NotFound("There is nothing to take back.")
    if alert.confirmed_by != staff_id if alert.closed_at is None else event.at < alert.closed_at:
        raise NotFound("There is nothing to take back.")  # since then somebody else has said it
    uow.still_taken_back(event.at)
    if alert.state == "closed" and alert.confirmed_by:
        alert.state = "confirmed"
    else:
        alert.state, alert.confirmed_by = "open", None
        alert.next_at = uow.now() + timedelta(minutes=uow.policy.confirm_minutes)
    alert.closed_at = None
    alert.revision += 1
    uow.db.add(alert)
    _say(uow, alert, f"alert:{alert_id}:{alert.level}", revised=True)
    uow.record("alert_taken_back", by=staff_id, alert=alert_id)


def _same_incident(uow: UnitOfWork, ticket: Ticket) -> Alert | None:
    """An outage is everybody's; anything else is one incident per customer."""
    since = uow.now() - timedelta(hours=INCIDENT_HOURS)
    for alert in reversed(alerts.unfinished(uow.db)):
        if alert.emergency != ticket.emergency or alert.last_at < since:
            continue
        if alert.emergency == "outage":
            return alert
        if any(one.customer_id == ticket.customer_id for one in tickets.of_alert(uow.db, alert.id or 0)):
            return alert
    return None


def _call(uow: UnitOfWork, alert: Alert, level: int) -> None:
    order = staff.on_call(uow.db)
    alert.level = level
    if not order or level >= ROUNDS * len(order):
        alert.next_at = None
    else:
        alert.called_id = order[level % len(order)].id
        alert.next_at = uow.now() + timedelta(minutes=uow.policy.confirm_minutes)
    uow.db.add(alert)
    uow.db.flush()
    if alert.called_id and alert.next_at and order[level % len(order)].role in CORE:
        key = f"alert:{alert.id}:{level}"
        called = Interruption(key=key, at=uow.now(), way="straight", staff_id=alert.called_id, alert_id=alert.id)
        interruptions.keep(uow.db, called)
    if alert.called_id:
        _say(uow, alert, f"alert:{alert.id}:{level}")


def _say(uow: UnitOfWork, alert: Alert, key: str, revised: bool = False) -> None:
    called = staff.get(uow.db, alert.called_id) if alert.called_id else None
    for way, place in _places(uow, called):
        text = _words(uow, alert, called, slack=way == "slack")
        known = deliveries.held(uow.db, f"{key}:{way}")
        if known is None:
            deliveries.intend(uow.db, _page(alert, f"{key}:{way}", way, place, text, uow.now()))
        elif revised and way != "mail" and (known.text, known.blocks) != (text, _facts(alert)):
            known.text, known.blocks, known.state = text, _facts(alert), "pending"
            uow.db.add(known)
        uow.enqueue("alert_changed", f"alert-{alert.id}-{alert.level}-{alert.revision}-{alert.state}", alert.id)


def _page(alert: Alert, key: str, way: str, place: str, text: str, now: datetime) -> Delivery:
    return Delivery(
        key=key,
        purpose="alert",
        audience="staff",
        door=way,
        place=place,
        text=text,
        blocks=_facts(alert),
        created_at=now,
    )


def _facts(alert: Alert) -> list[dict[str, Any]]:
    """What a place needs for its buttons."""
    return [{"alert": alert.id, "state": alert.state}]


def _places(uow: UnitOfWork, called: Staff | None) -> list[tuple[str, str]]:
    """Where the alert is said, each with its way: to who is called in Slack, else by mail and on the desk; the webhook has one address."""
    direct = called.slack_id if called and "slack" in uow.alert_ways else None
    places: list[tuple[str, str]] = []
    if "slack" in uow.alert_ways and (slack_place := f"slack:{direct}" if direct else uow.desk_place):
        places.append(("slack", slack_place))
    if uow.mails and not direct and called and called.email:
        places.append(("mail", f"mail:{called.email}"))
    if "webhook" in uow.alert_ways:
        places.append(("webhook", "webhook:alerts"))
    return places


def _words(uow: UnitOfWork, alert: Alert, called: Staff | None, *, slack: bool) -> str:
    """What is said: mrkdwn for Slack, else lines without mark-up, the first of them a subject."""
    reports = tickets.of_alert(uow.db, alert.id or 0)
    ids = {one.customer_id for one in reports if one.customer_id}
    told = sorted((customers.get(uow.db, one) for one in ids), key=lambda one: one.name)
    who, title = ", ".join(one.name for one in told[:3]) or "an unknown sender", alert.title
    if called and called.role == "engineer" and not uow.policy.name_customers_in_bugs:
        ways = [way for one in told for way in names.called(one.name, one.key, one.domains)]
        who, title = words.SOME_CUSTOMER, quotes.anonymous(alert.title, ways)
    first = uow.reference(reports[0]) if reports else ""
    mention = called.slack_id.rpartition("/")[2] if called and called.slack_id and alert.state == "open" else None
    if slack:
        lines = [words.alert(alert.emergency, who, title, first, mention=mention)]
    else:
        lines = [words.alert_plainly(alert.emergency, who, title, first)]
    if len(reports) > 1:
        lines.append(words.alert_again(len(reports), len(ids)))
    if alert.confirmed_by:
        at = uow.now().astimezone(ZoneInfo(uow.policy.time_zone))
        lines.append(words.alert_confirmed(staff.get(uow.db, alert.confirmed_by).name, f"{at:%H:%M}", slack=slack))
    return "\n".join([*lines, f"{uow.console_url}/alerts"])
