"""Sends events as Slack does: as fast as they are answered (closed loop), or at a rate whatever happens (open loop)."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.chat.customer import Sender

PATIENCE_SECONDS = 60.0
"""Longer than Slack's three: an answer that comes late is to be seen, not cut off."""


@dataclass
class Sent:
    """What became of the events of one load. Times in seconds; `answer` counts from the moment an event was due."""

    seconds: float = 0.0
    accepted: dict[str, float] = field(default_factory=dict)
    """Address of the message (channel/ts) → Unix time at which it was due."""
    answers: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def per_second(self) -> float:
        """Accepted events a second."""
        return len(self.accepted) / self.seconds if self.seconds else 0.0


def as_fast_as_answered(url: str, events: Iterator[dict[str, Any]], senders: int, seconds: float) -> Sent:
    """`senders` at once, each sending its next event when the last is answered."""
    return asyncio.run(_closed(url, events, senders, seconds))


def at_rate(url: str, events: Iterator[dict[str, Any]], rate: float, seconds: float) -> Sent:
    """`rate` events a second, due at fixed moments. Who answers late is not spared the next: latency counts from when it
    was due, so that a stall is seen by everything that fell into it."""
    return asyncio.run(_open(url, events, rate, seconds))


async def _closed(url: str, events: Iterator[dict[str, Any]], senders: int, seconds: float) -> Sent:
    sent = Sent()
    async with Sender(url, retries=(), patience=PATIENCE_SECONDS, connections=senders) as sender:
        began = time.monotonic()

        async def one() -> None:
            while time.monotonic() - began < seconds:
                await _deliver(sender, next(events), time.time(), sent)

        await asyncio.gather(*(one() for _ in range(senders)))
        sent.seconds = time.monotonic() - began
    return sent


async def _open(url: str, events: Iterator[dict[str, Any]], rate: float, seconds: float) -> Sent:
    sent = Sent()
    async with Sender(url, retries=(), patience=PATIENCE_SECONDS, connections=500) as sender:
        began, began_at = time.monotonic(), time.time()
        running: set[asyncio.Task[None]] = set()
        for number in range(int(rate * seconds)):
            due = number / rate
            await asyncio.sleep(max(0.0, began + due - time.monotonic()))
            task = asyncio.create_task(_deliver(sender, next(events), began_at + due, sent))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.gather(*running)
        sent.seconds = time.monotonic() - began
    return sent


async def _deliver(sender: Sender, event: dict[str, Any], due: float, sent: Sent) -> None:
    delivery = await sender.event(event)
    sent.answers.append(time.time() - due)
    if delivery.accepted:
        sent.accepted[f"{event['event']['channel']}/{event['event']['ts']}"] = due
    else:
        sent.refused += 1
