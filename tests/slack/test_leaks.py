"""Nothing internal reaches a customer's channel: every byte of what stands there from us is looked at."""

import json
import re
from typing import Any

from bot.sandbox.chat import BOT_TOKEN
from bot.sandbox.chat.customer import Place
from storage.accounts import customers
from storage.accounts.customers import Customer
from tests.sandbox.wire import call
from tests.slack.conftest import CHANNEL, DESK, Town

INTERNAL = re.compile(
    r"flag|buffer|queue|\bnotes?\b|internal|listener|triage|escalat|high.maintenance|severity|\bcard\b|\back\b|draft|"
    r"nervous|Borealis|complaint|ticket_id",
    re.IGNORECASE,
)


def everything(town: Town) -> list[dict[str, Any]]:
    """What stands in the customer's channel from us, threads and metadata included, and everything sent to get it there."""
    token = {"authorization": f"Bearer {BOT_TOKEN}"}
    asked = {"channel": CHANNEL, "include_all_metadata": True, "limit": 500}
    roots = call("POST", f"{town.chat}/api/conversations.history", asked, token).body["messages"]
    found = [
        one
        for root in roots
        for one in call("POST", f"{town.chat}/api/conversations.replies", {**asked, "ts": root["ts"]}, token).body[
            "messages"
        ]
    ]
    sent = [one for one in call("GET", f"{town.chat}/sandbox/calls").body["calls"] if CHANNEL in json.dumps(one)]
    posts = [one["arguments"] for one in sent if one["method"].startswith("chat.")]
    return [one for one in found if "bot_id" in one] + posts


def test_nothing_internal_reaches_a_customers_channel(town: Town) -> None:
    with town.earshot.work() as uow:
        customers.add(uow.db, Customer(key="borealis", name="Borealis GmbH", created_at=uow.now()))
    root = town.write("The export hangs again, third time")
    town.write("Where is my invoice?", thread_ts=root["ts"])
    for action in ("claim:1", "release:1", "claim:1"):
        town.press(action)
    town.press("note:1")
    town.submit(town.modal(), text="They are nervous, like Borealis")
    town.press("reply:1")
    town.submit(town.modal(), text="It is fixed by tonight.")
    town.press("kind:1", selected="churn_threat")
    town.press("snooze:1", selected="60")
    town.press("wake:1")
    town.press("resolve:1")
    town.command("customer acme")
    town.write("Everything is down")
    town.write("thanks for nothing")
    shown = everything(town)
    assert len(shown) >= 6
    assert [INTERNAL.findall(json.dumps(one, ensure_ascii=False)) for one in shown] == [[]] * len(shown)
    assert INTERNAL.search(json.dumps(town.said(DESK)))


def test_flagged_or_not_the_answer_looks_the_same(town: Town) -> None:
    elsewhere = Place("U0BO000001", "C0BOREAL01", "T0BOREAL01")
    channel = {"id": elsewhere.channel, "name": "ext-borealis"}
    bo = {"id": elsewhere.user, "real_name": "Ana Berg", "email": "ana@borealis.example", "team_id": elsewhere.team}
    call("POST", f"{town.chat}/sandbox/workspace", {"users": [bo], "channels": [channel]})
    with town.earshot.work() as uow:
        customers.add(
            uow.db, Customer(key="borealis", name="Borealis GmbH", domains=["borealis.example"], created_at=uow.now())
        )
    town.write("It hangs")
    town.write("It hangs", who=elsewhere)
    (flagged,), (plain,) = town.said(), town.said(elsewhere.channel)
    hidden = re.compile(r"ES-\d+")
    assert hidden.sub("ES", flagged["text"]) == hidden.sub("ES", plain["text"])
    assert set(flagged) == set(plain)
    assert flagged["metadata"].keys() == plain["metadata"].keys()
