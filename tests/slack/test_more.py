"""What else can be done with a ticket from Slack, and what a reply may be begun with: the same verbs as in the console."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot.sandbox.chat.customer import Place, block_actions
from handlers.bugs import file
from handlers.desk import away, stock
from handlers.errors import Unavailable
from prompts import pressed
from prompts import slack as words
from prompts.ask.reply import ReplyAnswer
from storage.accounts import staff
from storage.desk import history, messages, planned, promises, tickets
from storage.desk import stock as kept
from storage.desk.planned import Planned
from storage.desk.promises import Promise
from storage.desk.tickets import Ticket
from storage.insights import bugs, themes
from storage.insights.themes import Theme
from storage.routing import alerts, policy
from tests.slack.conftest import CHANNEL, DESK, MARA, THEIR_TEAM, Town


def ticket(town: Town, number: int = 1) -> Ticket:
    with town.earshot.work() as uow:
        return tickets.get(uow.db, number)


def add_omar(town: Town) -> int:
    with town.earshot.work() as uow:
        omar = staff.Staff(name="Omar", email="omar@ours.example", role="listener", created_at=uow.now())
        return staff.add(uow.db, omar).id or 0


def do_more(town: Town, number: int = 1, **chosen: str) -> Any:
    town.press(f"more:{number}")
    return town.submit(town.modal(), **chosen)


def take_back(town: Town) -> None:
    told = [one for one in town.messages(DESK, by="app") if one["to"] == MARA.user]
    said = (told or town.messages(f"respond:{MARA.user}"))[-1]
    button = next(one["accessory"] for one in reversed(said["blocks"]) if "accessory" in one)
    town.press(button["action_id"], button["value"])


def test_a_ticket_is_handed_over_tagged_and_set_right_at_once_and_all_of_it_taken_back(town: Town) -> None:
    town.write("It hangs")
    omar = add_omar(town)
    assert do_more(town, to=str(omar), word="You know them", severity="1", tags="Export, #weekly") is None
    one = ticket(town)
    assert (one.assignee_id, one.severity, one.extra["tags"]) == (omar, 1, ["export", "weekly"])
    take_back(town)
    one = ticket(town)
    assert (one.assignee_id, one.severity, one.extra.get("tags")) == (None, 2, None)
    assert town.told()[-1] == pressed.UNDONE


def test_a_tag_is_taken_off_and_on_again(town: Town) -> None:
    town.write("It hangs")
    do_more(town, tags="Export, weekly")
    town.press("more:1")
    shown = next(one["element"] for one in town.modal()["blocks"] if one.get("block_id") == "untag")
    assert [one["value"] for one in shown["options"]] == ["export", "weekly"]
    assert do_more(town, untag="export") is None
    assert ticket(town).extra["tags"] == ["weekly"]
    take_back(town)
    assert ticket(town).extra["tags"] == ["export", "weekly"]


def test_what_a_reply_promises_is_one_press_on_the_card_away_from_being_remembered(town: Town) -> None:
    town.write("It hangs")
    town.press("reply:1")
    assert town.submit(town.modal(), text="You will have it by Friday.") is None
    town.settle()
    card = town.command("ticket ES-1001")
    buttons = {
        one["action_id"]: one for block in card["blocks"] for one in block.get("elements", ()) if "action_id" in one
    }
    assert "by Friday" in str(card["blocks"])
    town.press("promised:1", buttons["promised:1"]["value"])
    town.settle()
    with town.earshot.work() as uow:
        assert [one.words for one in promises.open_ones(uow.db)] == ["by Friday"]
        assert uow.ticket(1).due_reason == "promise"
    take_back(town)
    with town.earshot.work() as uow:
        assert [one.state for one in promises.of_ticket(uow.db, 1, "proposed", "open")] == ["proposed"]
    town.press("not_promised:1", buttons["not_promised:1"]["value"])
    with town.earshot.work() as uow:
        assert promises.of_ticket(uow.db, 1, "proposed", "open") == []


def test_a_filed_bug_and_a_link_to_one_are_taken_back(town: Town) -> None:
    town.write("It hangs")
    town.press("file_bug:1")
    assert town.submit(town.modal(), title="Export hangs", existing="new") is None
    assert ticket(town).state == "engineering"
    take_back(town)
    with town.earshot.work() as uow:
        assert [(one.state, one.title) for one in bugs.listed(uow.db)] == [("proposed", "Export hangs")]
    assert ticket(town).state == "open"
    take_back(town)
    assert town.told()[-1] == "There is nothing to take back."


def test_who_did_not_go_and_took_no_pause_is_here_with_all_they_had(town: Town) -> None:
    town.write("It hangs")
    town.press("claim:1")
    before = ticket(town)
    town.press("away:0", "day-7")
    assert ticket(town).assignee_id is None
    with town.earshot.work() as uow:
        event = history.last_of(uow.db, "released", before.assignee_id or 0)
        assert event is not None
        assert away.away_until(uow, before.assignee_id or 0) is not None
    town.press("away_back:0", str(event.id))
    assert ticket(town).assignee_id == before.assignee_id
    with town.earshot.work() as uow:
        assert away.away_until(uow, before.assignee_id or 0) is None


def test_several_are_chosen_looked_at_done_and_taken_back(town: Town) -> None:
    for number, text in enumerate(("It hangs", "Where is my invoice?", "The logo is blurred")):
        town.write(text, Place(f"U0BOBB000{number}", CHANNEL, THEIR_TEAM))
    town.settle()
    town.press("claim:1")
    home = {"type": "home", "private_metadata": "unclaimed:0", "id": "V1"}
    town.press("many:0", view=home)
    assert refusal_of(town, what="claim") == ["Choose tickets first: press x on each, or tick their boxes."]
    assert refusal_of(town, what="tag", tickets="2") == [pressed.WHICH_TAG]
    sure = town.submit(town.modal(), what="claim", tickets="2,3,1")["view"]
    shown = str(sure["blocks"])
    assert ("ES-1002" in shown, "ES-1003" in shown, "ES-1001 is yours already" in shown) == (True, True, True)
    assert [ticket(town, one).assignee_id is None for one in (2, 3)] == [True, True]
    assert town.submit({**sure, "id": town.modal()["id"]}) is None
    assert [ticket(town, one).assignee_id for one in (2, 3)] == [ticket(town).assignee_id] * 2
    button = town.calls("chat.postMessage")[-1]["arguments"]["blocks"][0]["accessory"]
    town.press(button["action_id"], button["value"])
    assert [ticket(town, one).assignee_id is None for one in (1, 2, 3)] == [False, True, True]


def refusal_of(town: Town, **chosen: str) -> list[str]:
    return list(town.submit(town.modal(), **chosen)["errors"].values())


def test_links_and_merges_keep_every_message_and_are_taken_back(town: Town) -> None:
    town.write("It hangs")
    town.write("It hangs on Mondays too", Place("U0BOBB0001", CHANNEL, THEIR_TEAM))
    do_more(town, link="ES-1002")
    assert (ticket(town, 1).extra["linked"], ticket(town, 2).extra["linked"]) == ([2], [1])
    take_back(town)
    assert (ticket(town, 1).extra.get("linked"), ticket(town, 2).extra["linked"]) == (None, [])
    do_more(town, 2, merge="ES-1001")
    assert (ticket(town, 2).state, ticket(town, 2).extra["merged_into"]) == ("resolved", 1)
    take_back(town)
    assert ticket(town, 2).state == "open"


def test_a_later_message_becomes_a_ticket_of_its_own(town: Town) -> None:
    root = town.write("It hangs")
    town.write("And where is my invoice?", thread_ts=root["ts"])
    town.press("more:1")
    choices = next(one["element"] for one in town.modal()["blocks"] if one.get("block_id") == "split")
    (choice,) = choices["options"]
    assert choice["text"]["text"] == "And where is my invoice?"
    assert do_more(town, split=choice["value"]) is None
    assert ticket(town, 2).extra["split_from"] == 1
    take_back(town)
    assert (ticket(town, 2).state, ticket(town, 2).extra["merged_into"]) == ("resolved", 1)
    assert do_more(town, split=choice["value"]) is None
    again = ticket(town, 2)
    assert (again.state, again.extra.get("merged_into"), again.due_at is not None) == ("open", None, True)
    with town.earshot.work() as uow:
        assert [one.text for one in messages.of_ticket(uow.db, 2)] == ["And where is my invoice?"]


def test_who_is_on_call_is_called_with_a_reason_only(town: Town) -> None:
    town.write("It hangs")
    refused = do_more(town, emergency="outage")
    assert list(refused["errors"].values()) == [pressed.SAY_WHY]
    assert ticket(town).band == "none"
    assert do_more(town, emergency="outage", why="Their whole plant stands still") is None
    town.settle()
    with town.earshot.work() as uow:
        assert [one.emergency for one in alerts.unfinished(uow.db)] == ["outage"]


def test_a_ticket_is_moved_to_another_theme_by_name(town: Town) -> None:
    town.write("It hangs")
    before = ticket(town).theme_id
    with town.earshot.work() as uow:
        for name in ("Invoices are wrong", "Invoices come late"):
            themes.add(uow.db, Theme(name=name, kind="billing", created_at=uow.now()))
    for wrong in ("Invoices", "Nothing like it"):
        assert "theme" in next(iter(do_more(town, theme=wrong)["errors"].values()))
    assert ticket(town).theme_id == before
    assert do_more(town, theme="invoices come late") is None
    with town.earshot.work() as uow:
        assert themes.get(uow.db, ticket(town).theme_id or 0).name == "Invoices come late"


def test_nothing_chosen_or_half_of_it_wrong_does_nothing(town: Town) -> None:
    town.write("It hangs")
    assert list(do_more(town)["errors"].values()) == [pressed.NOTHING_CHOSEN]
    refused = do_more(town, tags="export", link="ES-9999")
    assert "ES-9999" in next(iter(refused["errors"].values()))
    assert ticket(town).extra.get("tags") is None


def press_in(town: Town, view: dict[str, Any], action: str, chosen: str = "", text: str = "") -> dict[str, Any]:
    field = next(one for one in view["blocks"] if one["type"] == "input")
    state = {field["block_id"]: {field["block_id"]: {"type": "plain_text_input", "value": text}}}
    shown = {**view, "state": {"values": state}}
    more: dict[str, Any] = {"kind": "static_select", "selected_option": {"value": chosen}} if chosen else {}
    town.send(lambda sender: sender.action(block_actions(MARA.user, action, None, view=shown, **more)))
    return town.modal()


def text_of(view: dict[str, Any]) -> str:
    return str(next(one for one in view["blocks"] if one["type"] == "input")["element"]["initial_value"])


def test_a_saved_reply_is_put_below_what_was_written_and_counted(town: Town) -> None:
    town.write("It hangs")
    with town.earshot.work() as uow:
        mara = staff.everyone(uow.db)[0].id or 0
        number = stock.keep(uow, mara, "Sorry", "en", "Sorry, {customer}. We look into {reference}.\n{me}")
    town.press("reply:1")
    view = press_in(town, town.modal(), "saved:1", str(number), "Hello!")
    assert text_of(view) == "Hello!\n\nSorry, Acme Ltd. We look into ES-1001.\nMara Lind"
    with town.earshot.work() as uow:
        assert [one.used for one in kept.everything(uow.db)] == [1]
    assert town.submit(view) is None
    assert town.said()[-1]["text"].startswith("Hello!\n\nSorry, Acme Ltd.")


def test_a_reply_is_sent_later_or_ends_the_ticket(town: Town) -> None:
    town.write("It hangs")
    with town.earshot.work() as uow:
        later = int((uow.now() + timedelta(days=1)).timestamp())
    town.press("reply:1")
    assert town.submit(town.modal(), text="Tomorrow we know more", at=str(later)) is None
    with town.earshot.work() as uow:
        (one,) = planned.of_ticket(uow.db, 1)
        assert (one.later, int(one.say_at.timestamp())) == (True, later)
    town.press("reply:1")
    assert town.submit(town.modal(), text="It is mended", then="resolve") is None
    assert ticket(town).state == "resolved"
    assert town.said()[-1]["text"] == "It is mended"


def test_a_reply_goes_out_unless_it_is_taken_back_in_its_seconds(town: Town) -> None:
    town.write("It hangs")
    with town.earshot.work() as uow:
        policy.save(uow.db, policy.Policy(staff_domains=["ours.example"], undo_seconds=10))
    town.press("reply:1")
    assert town.submit(town.modal(), text="Too fast") is None
    take_back(town)
    with town.earshot.work() as uow:
        assert [one.state for one in uow.db.exec(select(Planned))] == ["withdrawn"]
    assert "Too fast" not in str(town.said())


def test_a_model_writes_into_the_reply_and_what_it_invents_does_not_stand_there(town: Town) -> None:
    class Writer:
        text = "We see that it hangs and look into it."

        def answer(self, shape: type[Any], system: str, user: str) -> Any:
            if shape is not ReplyAnswer:
                raise Unavailable("only replies")
            return ReplyAnswer(text=self.text, language="en")

    town.write("It hangs")
    town.press("reply:1")
    assert words.REPLY_LABEL in str(town.modal()["blocks"])
    assert pressed.WRITE not in str(town.modal()["blocks"])
    town.earshot.outside.model = writer = Writer()
    town.press("reply:1")
    view = press_in(town, town.modal(), "write:1")
    assert text_of(view) == Writer.text
    assert "Written by the model, from" in str(view["blocks"])
    writer.text = "It is mended by 2027-01-01."
    press_in(town, view, "write:1")
    assert "2027-01-01" in str(town.calls("chat.postMessage")[-1])
    assert text_of(town.modal()) == Writer.text


def test_a_customer_is_shown_with_what_they_wait_for_and_were_promised(town: Town) -> None:
    town.write("It hangs")
    with town.earshot.work() as uow:
        mara = staff.everyone(uow.db)[0].id or 0
        fields = {"title": "Export stops", "happens": "It stops."}
        file.file_ticket(uow, 1, mara, fields)
        due = uow.now() + timedelta(days=2)
        made = Promise(ticket_id=1, staff_id=mara, words="by Friday", due_at=due, made_at=uow.now(), state="open")
        promises.add(uow.db, made)
    town.press("customer:1")
    view = town.modal()
    told = str(view["blocks"])
    assert not view.get("submit")
    for part in ("Acme Ltd", "writes every day", "Export stops (new)", "by Friday", "ES-1001"):
        assert part in told
    assert "Export stops" in town.command("customer acme")["blocks"][2]["text"]["text"]
