"""Meaning from an endpoint: asked with no transaction open, and whatever it does, the answer and the ticket are there."""

import json
from collections.abc import Callable

import httpx2
import pytest

from bot import ticks
from bot.embedding.endpoint import Endpoint
from bot.engine import Inline
from bot.sandbox.model.embeddings import encoded, vector
from bot.wiring import Earshot
from handlers.analysis.meaning.joined import WithWords
from handlers.customers import keep
from handlers.insights import group
from handlers.intake.receive import Author, Incoming, receive
from handlers.outside import Outside
from storage.desk import deliveries
from storage.insights import themes

TEXTS = ("The export hangs at 90 %", "Our export hangs at 90 % again", "The login page loops for ever")


class Room:
    """The endpoint's other end: answers, or does not, and counts the connections that our side held meanwhile."""

    def __init__(self) -> None:
        self.away = False
        self.held: list[int] = []
        self.texts = 0
        self.earshot: Earshot | None = None

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if self.away:
            return httpx2.Response(400, json={"error": {"message": "no"}})
        asked = json.loads(request.content)["input"]
        self.texts += len(asked)
        if self.earshot is not None:
            self.held.append(self.earshot.db.pool.checkedout())  # type: ignore[attr-defined]
        rows = [{"index": at, "embedding": encoded(vector(text), False)} for at, text in enumerate(asked)]
        return httpx2.Response(200, json={"object": "list", "model": "m", "data": rows, "usage": {}})

    def embedder(self, model: str = "m") -> WithWords:
        http = httpx2.Client(transport=httpx2.MockTransport(self.answer))
        return WithWords(Endpoint("key", "http://model.example/v1", model, http=http))


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def asking(wire_on: Callable[..., Earshot], database_url: str, room: Room) -> Earshot:
    """An Earshot that has its meaning from an endpoint."""
    room.earshot = wire_on(database_url, Outside(embedder=room.embedder()))
    return room.earshot


def write(earshot: Earshot, text: str, who: str) -> None:
    with earshot.work() as uow:
        keep.keep(uow, keep.Card(key=who, name=who.title()))
        ann = Author("Ann", f"ann@{who}.example")
        receive(uow, Incoming("support", f"T/{who}", f"support:{who}", text, uow.now(), ann, customer=who))
    assert isinstance(earshot.engine, Inline)
    earshot.engine.drain()


def homes(earshot: Earshot) -> list[int | None]:
    with earshot.work() as uow:
        return [uow.ticket(number).theme_id for number in (1, 2, 3)]


def test_an_endpoint_is_asked_with_no_transaction_open(asking: Earshot, room: Room) -> None:
    for number, text in enumerate(TEXTS):
        write(asking, text, f"c{number}")
    first, second, third = homes(asking)
    assert first == second is not None
    assert third not in (first, None)
    assert room.held
    assert not any(room.held)
    assert room.texts == len(TEXTS) + 60  # what has nothing in common is asked for once


def test_an_endpoint_that_refuses_delays_the_theme_and_nothing_else(asking: Earshot, room: Room) -> None:
    room.away = True
    for number, text in enumerate(TEXTS):
        with pytest.raises(Exception, match="endpoint"):
            write(asking, text, f"c{number}")
    assert homes(asking) == [None, None, None]
    with asking.work() as uow:
        assert all(deliveries.of_ticket(uow.db, number) for number in (1, 2, 3))
    room.away = False
    for number in (1, 2, 3):
        with asking.work() as uow:
            uow.enqueue("meaning_wanted", f"again-{number}", number)
    assert isinstance(asking.engine, Inline)
    asking.engine.drain()
    first, second, _ = homes(asking)
    assert first == second is not None


def test_with_another_embedder_all_is_read_anew_and_themes_keep_their_ids(
    asking: Earshot, room: Room, wire_on: Callable[..., Earshot], database_url: str
) -> None:
    for number, text in enumerate(TEXTS):
        write(asking, text, f"c{number}")
    before = homes(asking)
    for other in (Outside(embedder=room.embedder("another")), Outside()):
        earshot = wire_on(database_url, other)
        room.earshot = earshot
        with earshot.work() as uow:
            assert group.is_stale(uow)
            assert group.progress(uow) == (0, 3)
            assert group.due(uow) is None
            ticks.renew_meanings(uow)
        assert isinstance(earshot.engine, Inline)
        earshot.engine.drain()
        with earshot.work() as uow:
            assert not group.is_stale(uow)
            assert group.progress(uow) == (3, 3)
            assert themes.without_vector(uow.db, uow.meant_by, 9) == []
        assert homes(earshot) == before
    assert not any(room.held)


def test_one_newcomer_finds_its_theme_though_another_embedder_read_the_others(
    asking: Earshot, room: Room, wire_on: Callable[..., Earshot], database_url: str
) -> None:
    for number, text in enumerate(TEXTS[:2]):
        write(asking, text, f"c{number}")
    earshot = wire_on(database_url, Outside(embedder=room.embedder("another")))
    write(earshot, TEXTS[0], "c3")
    assert len(set(homes(earshot))) == 1
