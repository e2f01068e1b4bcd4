"""Every kind of payload that Slack documents, posted signed: none may crash us."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.chat.customer import Delivery, Sender, form_of
from tests.slack.conftest import Town

SHARED = Path(__file__).parents[3] / "shared" / "data" / "payloads" / "slack"


def plausible(found: Any, name: str = "") -> Any:
    """The documented shape with ids and timestamps where the documentation leaves them empty."""
    if isinstance(found, dict):
        return {key: plausible(value, key) for key, value in found.items()}
    if isinstance(found, list):
        return [plausible(one, name) for one in found]
    ids = {"channel": "C0ACME0001", "user": "U0ANA00001", "team_id": "T0SANDBOX1", "team": "T0SANDBOX1"}
    stamps = ("ts", "event_ts", "thread_ts", "deleted_ts")
    return ids.get(name, "1763456789.000200" if name in stamps else found) if found == "" else found


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared payload folder is not here")
def test_no_documented_payload_crashes_us(town: Town) -> None:
    read = {
        path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted((SHARED / "events").glob("*.json"))
    }
    events = {name: [found, plausible({**found, "type": "event_callback"})] for name, found in read.items()}
    actions = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((SHARED / "app-backend").rglob("*.json"))
    ]

    async def everything() -> dict[str, list[Delivery]]:
        async with Sender(town.url, retries=()) as sender:
            found = {name: [await sender.event(one) for one in both] for name, both in events.items()}
            kind = {"content-type": "application/x-www-form-urlencoded"}
            found["actions"] = [
                await sender.raw(form_of(one), kind) for one in actions + [plausible(one) for one in actions]
            ]
            return found

    answers = asyncio.run(everything())
    town.settle()
    assert len(events) > 90
    odd = {
        name: [one.status for one in both]
        for name, both in answers.items()
        if any(one.status not in (200, 400) for one in both)
    }
    assert odd == {}
    assert sum(both[1].status == 200 for name, both in answers.items() if name != "actions") > 80
