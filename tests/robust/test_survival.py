"""Everything delivered again and again, and the plug pulled at any moment: nothing lost, nothing said or filed twice."""

import os
import random
import threading
from pathlib import Path

from sqlmodel import select

from bot.bench import counting
from handlers.bugs.file import file_ticket
from storage.accounts import staff
from storage.desk.tickets import Ticket
from tests.robust.town import Town, built, copies

FULL = os.environ.get("EARSHOT_FULL") == "1"
REDELIVERED = 2000 if FULL else 150
"""Messages, each delivered one to four times."""
KILLED = (40, 500) if FULL else (5, 60)
"""How often the plug is pulled while how many messages come in."""


def test_messages_delivered_again_and_again_across_a_restart_are_kept_once_and_answered_once(
    database_url: str, tmp_path: Path
) -> None:
    chance = random.Random(4)
    with built(tmp_path, database_url) as town:
        town.server.start()
        messages = [next(town.events) for _ in range(REDELIVERED)]
        deliveries = [copy for message in messages for copy in copies(message, chance)]
        chance.shuffle(deliveries)
        half = threading.Thread(target=_restart_in_the_middle, args=(town, REDELIVERED // 2))
        half.start()
        assert town.deliver(deliveries, threading.Event(), together=24) == []
        half.join()
        town.settle()
        here, record = counting.kept(database_url), counting.recorded(town.outside.chat_file)
        assert (len(here.messages), here.copies) == (REDELIVERED, 0)
        assert here.messages == town.accepted
        assert counting.lost(town.accepted, here, record) == 0
        assert record.repeated() == 0
        assert town.server.stop() == 0


def _restart_in_the_middle(town: Town, after: int) -> None:
    pause = threading.Event()
    while len(town.accepted) < after:
        pause.wait(0.02)
    assert town.server.stop() == 0
    town.server.start()


def test_the_plug_pulled_at_any_moment_loses_nothing_and_nothing_is_said_or_filed_twice(
    database_url: str, tmp_path: Path
) -> None:
    kills, size = KILLED
    chance = random.Random(7)
    with built(tmp_path, database_url) as town:
        waiting = [next(town.events) for _ in range(size)]
        left: list[dict[str, object]] = []
        for turn in range(kills):
            town.server.start(wait=chance.random() < 0.9)
            first, waiting = waiting[: -(-size // kills)], waiting[-(-size // kills) :]
            left = _send_and_pull_the_plug(town, [*left, *first], chance.uniform(0.0, 4.0))
            if turn:
                _file_a_bug(town, chance)
        town.server.start()
        assert town.deliver([*left, *waiting], threading.Event()) == []
        town.settle()
        here, record = counting.kept(database_url), counting.recorded(town.outside.chat_file)
        assert (len(town.accepted), here.copies) == (size, 0)
        assert counting.lost(town.accepted, here, record) == 0
        assert record.repeated() == 0
        filed = town.filed()
        assert filed
        assert len(filed) == len(set(filed))
        assert town.server.stop() == 0


def _send_and_pull_the_plug(
    town: Town, payloads: list[dict[str, object]], after_seconds: float
) -> list[dict[str, object]]:
    ended, left = threading.Event(), []

    def send() -> None:
        left.extend(town.deliver(payloads, ended))

    sending = threading.Thread(target=send)
    sending.start()
    threading.Event().wait(after_seconds)
    town.server.kill()
    ended.set()
    sending.join()
    return left


def _file_a_bug(town: Town, chance: random.Random) -> None:
    """While nobody works: what was pressed waits in the database."""
    with town.verbs() as here, here.work() as uow:
        heard = list(uow.db.exec(select(Ticket)))
        ada = staff.by_email(uow.db, "ada@us.example")
        assert ada is not None
        assert ada.id is not None
        if heard:
            ticket = chance.choice(heard)
            fields = {"title": f"Bug {ticket.id}", "happens": ticket.gist, "expected": "", "steps": "", "severity": 2}
            file_ticket(uow, ticket.id or 0, ada.id, fields)
