"""Random actions on three customers' tickets: no byte that reaches one of them is a note, a flag, another's name or an address of ours.

At a reduced size; 5,000 actions by EARSHOT_FULL=1.
"""

import json
import os
import random
import re
from datetime import timedelta
from typing import Any

from bot.sandbox.chat import TEAM_ID
from handlers.bugs import file, follow, tell, unfile
from handlers.customers import flag, keep
from handlers.desk import (
    away,
    claim,
    clocks,
    correct,
    merge,
    note,
    pause,
    promise,
    reply,
    resolve,
    silence,
    snooze,
    stock,
    suggest,
    tag,
    undo,
)
from handlers.errors import Changed, Refused
from handlers.intake import escalate
from handlers.intake.receive import Author, Incoming, receive
from handlers.unit_of_work import UnitOfWork
from storage.accounts import places, staff
from storage.accounts.places import Place as Known
from storage.desk import drafts, history, messages, planned, promises
from storage.routing import alerts
from tests.sandbox.wire import call
from tests.slack.conftest import CHANNEL, DESK, Town

ACTIONS = 5_000 if os.environ.get("EARSHOT_FULL") == "1" else 100
CUSTOMERS = {"acme": ("Acme Ltd", CHANNEL), "borealis": ("Borealis GmbH", "C0BOREAL01"), "cumulo": ("Cúmulo SA", None)}
SAID = ("The export hangs again.", "Where is my invoice?", "thanks", "It is slow on Mondays.", "Everything is down")
INTERNAL = re.compile(
    r"flag|buffer|queue|\bnotes?\b|internal|listener|triage|escalat|high.maintenance|severity|\bcards?\b|draft|nervous|sla\b",
    re.IGNORECASE,
)


class Desk:
    """Everything that the desk can do, chosen at random."""

    def __init__(self, town: Town, chance: random.Random) -> None:
        self.town, self.chance, self.secrets = town, chance, ["nervous-0"]
        with town.earshot.work() as uow:
            self.me = next(one.id or 0 for one in staff.everyone(uow.db))
            omar = staff.Staff(name="Omar Ngata", email="omar@ours.example", role="listener", created_at=uow.now())
            self.colleague = staff.add(uow.db, omar).id or 0
            self.saved = stock.keep(
                uow, self.me, "Usual", "en", "Hello {name} of {customer}: {reference} is with {me}."
            )
            self.planned: list[int] = []
            self.decided: list[int] = []
            self.count = 0

    def secret(self) -> str:
        self.secrets.append(f"nervous-{len(self.secrets)}")
        return self.secrets[-1]

    def customer_writes(self) -> None:
        key = self.chance.choice(list(CUSTOMERS))
        channel, number = CUSTOMERS[key][1], self.chance.getrandbits(40)
        thread = f"{self.chance.randrange(1, 9)}.000100"
        place = f"slack:{TEAM_ID}/{channel}" if channel else f"support:{key}"
        name = f"{TEAM_ID}/{channel}/" if channel else ""
        with self.town.earshot.work() as uow:
            receive(
                uow,
                Incoming(
                    door="slack" if channel else "support", external_id=f"{name}{number}.000100", place=place,
                    text=self.chance.choice(SAID), sent_at=uow.now(), customer=key,
                    thread=f"{name}{thread}" if channel else None, author=Author(f"Person of {key}"),
                ),
            )  # fmt: skip

    def act(self) -> None:
        """One thing; what is refused is no matter."""
        chance, me = self.chance, self.me
        with self.town.earshot.work() as uow:
            last = max(
                (one.ticket_id or 0 for one in messages.of_place(uow.db, f"slack:{TEAM_ID}/{CHANNEL}")), default=0
            )
            ticket, other = chance.randint(1, max(1, last)), chance.randint(1, max(1, last))
            reference = uow.reference_of(other)
            deeds: list[Any] = [
                lambda: claim.claim(uow, ticket, me),
                lambda: note.note(uow, ticket, me, f"They are {self.secret()}, as Borealis GmbH said to @Mara"),
                lambda: reply.reply(
                    uow, ticket, me, "You hear from us by Friday.", seen=reply.newest_seen(uow, ticket),
                    press=f"p{chance.getrandbits(40)}",
                ),
                lambda: snooze.snooze(uow, ticket, me, uow.now() + timedelta(hours=chance.randint(1, 50))),
                lambda: resolve.resolve(uow, ticket, me),
                lambda: resolve.reopen(uow, ticket, me),
                lambda: tag.tag(uow, ticket, me, self.secret()),
                lambda: tag.link(uow, ticket, me, reference),
                lambda: merge.merge(uow, ticket, me, reference),
                lambda: correct.correct(uow, ticket, me, "emergency", "security", self.secret()),
                lambda: correct.correct(uow, ticket, me, "kind", chance.choice(("bug", "billing", "churn_threat"))),
                lambda: file.file_ticket(uow, ticket, me, {"title": f"Bug {self.secret()}", "happens": self.secret()}, wait=chance.choice((0, 10))),
                lambda: flag.flag(uow, chance.choice(list(CUSTOMERS)), by="Mara", why=self.secret()),
                lambda: flag.unflag(uow, chance.choice(list(CUSTOMERS)), by="Mara", why=self.secret()),
                lambda: self.agree(uow, ticket),
                lambda: self.bug_news(uow),
                lambda: self.decide(uow),
                lambda: tell.take_back(uow, chance.choice(self.decided), me) if self.decided else None,
                lambda: unfile.unfile(uow, uow.ticket(ticket).bug_id or 0, me),
                lambda: unfile.relink(uow, ticket, me),
                lambda: flag.restore(uow, chance.choice(list(CUSTOMERS)), by="Mara"),
                lambda: self.alarm(uow),
                lambda: [promise.decline(uow, one.id or 0, me) for one in promises.of_ticket(uow.db, ticket)[:1]],
                lambda: away.away(uow, me, uow.now() + timedelta(hours=3)),
                lambda: away.back(uow, me),
                lambda: chance.choice((pause.pause, pause.resume))(uow, me),
                lambda: self.watch(uow),
                lambda: self.send(uow, ticket, suggest.suggest(uow, ticket, me).text),
                lambda: self.send(uow, ticket, stock.use(uow, me, ticket, self.saved)),
                lambda: reply.withdraw(uow, chance.choice(self.planned), me) if self.planned else None,
                lambda: claim.hand_over(uow, ticket, me, self.colleague, self.secret()),
                lambda: snooze.snooze(uow, ticket, me, sooner=chance.choice(("bug", "reply"))),
                lambda: snooze.wake_due(uow),
                lambda: merge.split(uow, ticket, me, chance.choice(messages.of_ticket(uow.db, ticket)).id or 0),
                lambda: undo.undo(uow, history.of_staff(uow.db, me, uow.now() - timedelta(hours=1))[-1].id or 0, me),
            ]  # fmt: skip
            chance.choice(deeds)()

    def send(self, uow: UnitOfWork, ticket: int, text: str) -> None:
        press, seen = f"q{self.chance.getrandbits(40)}", reply.newest_seen(uow, ticket)
        later = uow.now() + timedelta(minutes=self.chance.randint(1, 60)) if self.chance.random() < 0.5 else None
        ended = self.chance.random() < 0.3
        self.planned.append(
            reply.plan(uow, ticket, self.me, text, seen=seen, press=press, resolve=ended, at=later).id or 0
        )

    def agree(self, uow: UnitOfWork, ticket: int) -> None:
        for one in promises.of_ticket(uow.db, ticket, "proposed"):
            promise.accept(uow, one.id or 0, self.me)

    def decide(self, uow: UnitOfWork) -> None:
        for one in drafts.waiting(uow.db)[:1]:
            self.decided.append(one.id or 0)
            if self.chance.random() < 0.7:
                tell.approve(uow, one.id or 0, self.me, wait=self.chance.choice((0, 10)))
            else:
                tell.discard(uow, one.id or 0, self.me)

    def alarm(self, uow: UnitOfWork) -> None:
        deed = self.chance.choice((escalate.confirm, escalate.close, escalate.take_back))
        for one in alerts.unfinished(uow.db)[:1]:
            deed(uow, one.id or 0, self.me)

    def watch(self, uow: UnitOfWork) -> None:
        for one in planned.due(uow.db, uow.now()):
            reply.say_planned(uow, one)
        silence.watch(uow)
        clocks.watch(uow)
        promise.watch(uow)

    def bug_news(self, uow: UnitOfWork) -> None:
        ticket = uow.ticket(1)
        if ticket.bug_id:
            follow.changed(uow, ticket.bug_id, self.chance.choice(("in_progress", "fixed")), version="4.2", by=self.me)


def reached(town: Town, channel: str) -> list[str]:
    """Every call of ours that carries something into a channel."""
    calls = call("GET", f"{town.chat}/sandbox/calls").body["calls"]
    return [
        json.dumps(one["arguments"], ensure_ascii=False) for one in calls if one["arguments"].get("channel") == channel
    ]


def test_whatever_the_desk_does_nothing_of_ours_reaches_a_customer(town: Town, clock: Any) -> None:
    call("POST", f"{town.chat}/sandbox/workspace", {"channels": [{"id": "C0BOREAL01", "name": "ext-borealis"}]})
    with town.earshot.work() as uow:
        for key, (name, channel) in CUSTOMERS.items():
            keep.keep(uow, keep.Card(key=key, name=name), by=None)
            if channel and key != "acme":
                found = uow.db.get(Known, f"slack:{TEAM_ID}/{channel}")
                known = found or Known(address=f"slack:{TEAM_ID}/{channel}")
                known.customer_id = 2
                places.keep(uow.db, known)
    desk = Desk(town, random.Random(11))
    done = refused = 0
    for turn in range(ACTIONS):
        try:
            desk.customer_writes() if turn % 3 == 0 else desk.act()
            done += 1
        except (Refused, Changed, IndexError):
            refused += 1
        clock.forward(seconds=desk.chance.choice((2, 2, 3_000)))  # soon enough to take something back, or late
        town.settle()
    assert done > ACTIONS // 3
    sent = {key: reached(town, channel) for key, (_, channel) in CUSTOMERS.items() if channel}
    with town.earshot.work() as uow:
        pages = messages.of_place(uow.db, "support:cumulo")
    sent["cumulo"] = [one.text for one in pages if one.direction == "out"]
    home = town.earshot.settings.base_url
    for key, texts in sent.items():
        assert texts, key
        others = [name for other, (name, _) in CUSTOMERS.items() if other != key]
        for text in texts:
            betrayed = [one for one in (*desk.secrets, *others, home, DESK, "mara@ours.example") if one in text]
            assert (betrayed, INTERNAL.findall(text)) == ([], []), (key, text)
    assert any(one in str(town.said(DESK)) for one in ("Acme Ltd", "Borealis GmbH"))
