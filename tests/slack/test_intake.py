"""What comes in from Slack, over HTTP, and what becomes of it."""

import asyncio

from sqlmodel import select

from bot.sandbox.chat import BOT_USER, TEAM_ID
from bot.sandbox.chat.customer import (
    Delivery,
    Place,
    Sender,
    app_mention,
    bot_message,
    event_callback,
    member_joined_channel,
    message,
    message_changed,
    message_deleted,
    new_ts,
)
from storage.accounts import people, places
from storage.desk import messages
from storage.desk.messages import Message
from storage.desk.tickets import Ticket
from tests.slack.conftest import ANA, CHANNEL, DESK, MARA, THEIR_TEAM, Town


def kept(town: Town) -> list[Message]:
    with town.earshot.work() as uow:
        return [one for one in uow.db.exec(select(Message)) if one.direction == "in"]


def opened(town: Town) -> list[Ticket]:
    with town.earshot.work() as uow:
        return list(uow.db.exec(select(Ticket)))


def test_a_message_is_kept_and_answered_in_its_thread(town: Town) -> None:
    event = town.write("The export hangs again")
    (message_,) = kept(town)
    assert (message_.text, message_.place) == ("The export hangs again", f"slack:{TEAM_ID}/{CHANNEL}")
    assert message_.external_id == f"{TEAM_ID}/{CHANNEL}/{event['ts']}"
    (answer,) = town.said()
    assert answer["thread_ts"] == event["ts"]
    assert "ES-1001" in answer["text"]
    with town.earshot.work() as uow:
        ana = people.by_slack_id(uow.db, f"{THEIR_TEAM}/{ANA.user}")
        assert ana is not None
        assert (ana.name, ana.email) == ("Ana Ruiz", "ana@acme.example")


def test_the_same_message_by_many_events_at_once_is_one_message_and_one_answer(town_on_each: Town) -> None:
    town = town_on_each
    event = message(ANA, "It hangs")
    mention = {**app_mention(ANA, "It hangs"), "ts": event["ts"], "event_ts": event["ts"]}
    payloads = [event_callback(one) for one in [event, mention] * 20]

    async def everything() -> list[Delivery]:
        async with Sender(town.url, retries=()) as sender:
            return await asyncio.gather(*(sender.event(one) for one in payloads))

    assert {one.status for one in asyncio.run(everything())} == {200}
    town.settle()
    assert len(kept(town)) == 1
    assert len(town.said()) == 1


def test_a_follow_up_in_the_thread_joins_the_ticket(town: Town) -> None:
    root = town.write("It hangs")
    town.write("since this morning", thread_ts=root["ts"])
    assert [one.ticket_id for one in kept(town)] == [1, 1]
    assert len(town.said()) == 1


def test_staff_writing_in_the_customers_thread_are_part_of_the_conversation(town: Town) -> None:
    root = town.write("It hangs")
    town.write("We are looking", who=MARA, thread_ts=root["ts"])
    with town.earshot.work() as uow:
        heard = [one for one in messages.of_ticket(uow.db, 1) if one.staff_id]
    assert [(one.text, one.direction) for one in heard] == [("We are looking", "out")]
    assert len(town.said()) == 1


def test_edits_and_deletions_follow_the_message(town: Town) -> None:
    first = town.write("It hangs")
    assert town.event(message_changed(ANA, first, "It hangs &lt;on&gt; export")).accepted
    (one,) = kept(town)
    assert one.text == "It hangs <on> export"
    assert town.event(message_deleted(ANA, first)).accepted
    (one,) = kept(town)
    assert one.deleted_at is not None
    assert len(town.said()) == 1


def test_an_edit_that_overtakes_its_message_stands_for_it(town: Town) -> None:
    first = message(ANA, "It hnags")
    assert town.event(message_changed(ANA, first, "It hangs")).accepted
    assert town.event(first).accepted
    assert [one.text for one in kept(town)] == ["It hangs"]
    assert len(town.said()) == 1


def test_an_edit_of_something_old_that_we_never_had_opens_nothing(town: Town) -> None:
    old = message(ANA, "years ago", ts="1500000000.000100")
    assert town.event(message_changed(ANA, old, "years ago!")).accepted
    assert kept(town) == []


def test_files_and_markup_are_read(town: Town) -> None:
    town.write(
        f"<@{BOT_USER}> see <https://a.example/x|the log> &amp; <mailto:a@b.example|a@b.example>",
        files=[{"name": "screen.png", "mimetype": "image/png", "size": 12}],
    )
    (one,) = kept(town)
    assert one.text == "@Earshot see the log (https://a.example/x) & a@b.example"
    assert (one.files[0]["name"], one.files[0]["media_type"]) == ("screen.png", "image/png")


def test_bots_ourselves_and_chores_are_ignored(town: Town) -> None:
    assert town.event(bot_message(ANA, "build failed")).accepted
    assert town.event(message(Place(BOT_USER, CHANNEL), "our own", bot_id="B0SANDBOX1")).accepted
    for subtype in (
        "channel_join",
        "channel_topic",
        "channel_purpose",
        "channel_name",
        "pinned_item",
        "from_the_future",
    ):
        assert town.event(message(ANA, "chore", subtype=subtype)).accepted
    assert town.event({"type": "star_added", "user": ANA.user, "event_ts": new_ts()}).accepted
    assert town.event(message(Place(MARA.user, DESK), "between us")).accepted
    assert kept(town) == []
    assert town.said() == []


def test_what_lacks_what_its_kind_must_have_is_refused(town: Town) -> None:
    good = message(ANA, "x")
    for bad in ({**good, "ts": "yesterday"}, {**good, "channel": None}, {**good, "user": None}, {**good, "text": 7}):
        assert town.event(bad).status == 400
    assert town.event({**good, "subtype": "message_changed"}).status == 400
    assert kept(town) == []


def test_an_invitation_makes_a_channel_known_by_name(town: Town) -> None:
    assert town.event(member_joined_channel(Place(ANA.user, "C0ACME0001"))).accepted
    assert town.event(member_joined_channel(Place(BOT_USER, "C0ARCHIVE1"))).accepted
    with town.earshot.work() as uow:
        place = places.get(uow.db, f"slack:{TEAM_ID}/C0ARCHIVE1")
        assert place is not None
        assert place.name == "c0archive1"


def test_intake_needs_no_answer_from_slack(town: Town) -> None:
    town.fault(status=503)
    assert town.event(message(ANA, "It hangs")).status == 200
    assert len(kept(town)) == 1
