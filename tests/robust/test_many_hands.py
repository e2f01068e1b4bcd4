"""Many people press at random, in the console and in Slack: no lost update, no doubled word, every refusal a sentence, all of it in the log.

At a reduced size; 50 people on 200 tickets for 60 seconds by EARSHOT_FULL=1.
"""

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import select
from starlette.testclient import TestClient

from bot.slack.actions import presses
from bot.web.app import create
from bot.wiring import Earshot
from handlers.company import sign_in
from handlers.desk import reply
from handlers.errors import Changed, Refused
from handlers.intake.receive import receive
from storage.accounts import staff
from storage.accounts.customers import Customer
from storage.accounts.staff import Staff
from storage.desk.deliveries import Delivery
from storage.desk.history import Event
from storage.desk.messages import Message
from storage.desk.tickets import FIRST_NUMBER, Ticket
from storage.routing import policy
from tests.robust.conftest import Chat, incoming

FULL = os.environ.get("EARSHOT_FULL") == "1"
PEOPLE, TICKETS, SECONDS, PRESSES = (50, 200, 60.0, 10_000) if FULL else (8, 12, 30.0, 12)
DEEDS = ("claim", "claim", "release", "reply", "snooze", "merge", "resolve", "reopen")
NAMES = {
    "claim": "claimed",
    "release": "released",
    "snooze": "snoozed",
    "merge": "merged",
    "resolve": "resolved",
    "reopen": "reopened",
}
HOME = "http://127.0.0.1:8000"


@dataclass
class Told:
    """What came of the presses."""

    done: Counter[str] = field(default_factory=Counter)
    refusals: set[str] = field(default_factory=set)
    replies: set[str] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def did(self, deed: str) -> None:
        with self.lock:
            self.done[NAMES[deed]] += 1

    def refused(self, sentence: str) -> None:
        with self.lock:
            self.refusals.add(sentence)


def console(browser: TestClient, told: Told, deed: str, ticket: int, other: int, press: str, seen: int) -> None:
    """One press in a browser."""
    at = f"/tickets/ES-{FIRST_NUMBER + ticket}"
    asked: dict[str, tuple[str, str, dict[str, Any]]] = {
        "claim": ("POST", "/claim", {}),
        "release": ("DELETE", "/claim", {}),
        "snooze": ("POST", "/snooze", {"until": "2035-01-01T09:00"}),
        "merge": ("POST", "/merge", {"other": f"ES-{FIRST_NUMBER + other}"}),
        "resolve": ("POST", "/resolution", {}),
        "reopen": ("DELETE", "/resolution", {}),
        "reply": ("POST", "/reply", {"seen": seen, "press": press, "text": f"We look at it: {press}"}),
    }
    method, path, form = asked[deed]
    answer = browser.request(method, at + path, data=form, headers={"hx-request": "true"})
    toast = json.loads(answer.headers.get("hx-trigger", "{}")).get("toast", {})
    if deed == "reply" and answer.status_code == 200:
        told.replies.add(press)
    elif answer.status_code == 204 and "undo" in toast:
        told.did(deed)
    elif answer.status_code in (404, 409):
        told.refused(toast.get("text", "The customer wrote again."))
    elif answer.status_code != 204:
        told.odd.append(f"{deed}: {answer.status_code}")


def slack(live: Earshot, me: int, told: Told, deed: str, ticket: int, press: str, seen: int) -> None:
    """One press in Slack, as it is carried out behind the edge."""
    try:
        with live.work() as uow:
            if deed == "reply":
                reply.plan(uow, ticket, me, f"We look at it: {press}", seen=seen, press=press)
                event: object = None
            else:
                value = "60" if deed == "snooze" else ""
                event = presses.PRESSES[deed](uow, ticket, me, value)
    except (Refused, Changed) as refusal:
        return told.refused(str(refusal))
    if deed == "reply":
        told.replies.add(press)
    elif event is not None or deed == "snooze":
        told.did(deed)


def test_no_press_is_lost_or_doubled_however_many_press_at_once(
    live: Earshot, chat: Chat, settled: Callable[[], None]
) -> None:
    app = create(live)
    with live.work() as uow:
        policy.save(uow.db, policy.Policy(undo_seconds=0))
        uow.db.add(Customer(key="acme", name="Acme", domains=["acme.example"], created_at=uow.now()))
        people = [
            staff.add(uow.db, Staff(name=f"P{n}", email=f"p{n}@us.example", created_at=uow.now())).id or 0
            for n in range(PEOPLE)
        ]
    for number in range(TICKETS):
        with live.work() as uow:
            receive(uow, incoming("The export hangs.", f"1.{number}", user=f"U{number}", customer="acme"))
    settled()
    with live.work() as uow:
        ids = [one.id or 0 for one in uow.db.exec(select(Ticket))]
        seen = max(one.id or 0 for one in uow.db.exec(select(Message)))
    assert len(ids) == TICKETS
    told, start, end = Told(), threading.Barrier(PEOPLE), [0.0]

    def sit(number: int, me: int) -> None:
        chance, browser = random.Random(number), TestClient(app, base_url=HOME, raise_server_exceptions=False)
        browser.headers["origin"] = HOME
        with live.work() as uow:
            link = sign_in.invite(uow, f"p{number}@us.example")
        browser.post(link, follow_redirects=False)
        start.wait(60)
        end[0] = end[0] or time.monotonic() + SECONDS
        for turn in range(PRESSES):
            if time.monotonic() > end[0]:
                break
            ticket, other = chance.choice(ids), chance.choice(ids)
            deed, press = chance.choice(DEEDS), f"press-{number}-{turn}"
            if number % 2 or deed == "merge":
                console(browser, told, deed, ticket, other, press, seen)
            else:
                slack(live, me, told, deed, ticket, press, seen)

    threads = [threading.Thread(target=sit, args=pair) for pair in enumerate(people)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(SECONDS + 120)
    settled()

    assert told.odd == []
    assert all(len(one) > 8 and one[0].isupper() and one[-1] in ".!" for one in told.refusals), told.refusals
    with live.work() as uow:
        events = list(uow.db.exec(select(Event).order_by(Event.id)))  # type: ignore[arg-type]
        tickets = {one.id: one for one in uow.db.exec(select(Ticket))}
        heard = [one for one in uow.db.exec(select(Message)) if one.direction == "in"]
        meant = [one for one in uow.db.exec(select(Delivery)) if one.purpose == "reply"]
    logged = Counter(one.name for one in events if one.name in NAMES.values() and one.by is not None)
    assert logged == told.done
    assert {one.key.rpartition(":")[2] for one in meant} == told.replies
    assert Counter(chat.texts("reply")) == Counter(f"We look at it: {one}" for one in told.replies)
    holders: dict[int | None, int | None] = {}
    for event in events:
        if event.name == "claimed":
            assert holders.get(event.ticket_id) is None, "claimed twice"
            holders[event.ticket_id] = event.by
        elif event.name == "released":
            assert holders.pop(event.ticket_id) == event.by
    assert {number: one.assignee_id for number, one in tickets.items() if one.assignee_id} == holders
    assert len(heard) == TICKETS
    assert all(not tickets[one.ticket_id].extra.get("merged_into") for one in heard)
    assert sum(told.done.values()) > PEOPLE
