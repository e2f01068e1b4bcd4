"""What people do in Slack: presses, modals, the shortcut, the slash command, the home."""

from typing import Any

import pytest
from sqlmodel import select

from bot.sandbox.chat import BOT_USER, TEAM_ID
from bot.sandbox.chat.customer import Place, app_home_opened, block_actions, message, message_shortcut, view_submission
from handlers.desk import reply
from prompts import pressed
from prompts import slack as words
from storage.accounts import flags, staff
from storage.desk import deliveries, messages, notes, tickets
from storage.desk.tickets import Ticket
from storage.insights import bugs, themes
from storage.insights.themes import Theme
from storage.routing import policy
from tests.sandbox.wire import call
from tests.slack.conftest import ANA, CHANNEL, DESK, MARA, THEIR_TEAM, Town


def ticket(town: Town, number: int = 1) -> Ticket:
    with town.earshot.work() as uow:
        return tickets.get(uow.db, number)


def card(town: Town) -> dict[str, Any]:
    (one,) = town.said(DESK)
    return one


def buttons(shown: dict[str, Any]) -> set[str]:
    return {
        element["action_id"]
        for block in shown["blocks"]
        for element in [*block.get("elements", ()), block.get("accessory", {})]
        if "action_id" in element
    }


def test_a_flagged_customers_complaint_has_a_card_in_the_buffer_channel(town: Town) -> None:
    town.write("The export hangs again")
    shown = card(town)
    assert "Acme Ltd" in shown["text"]
    assert {"claim:1", "reply:1", "note:1", "resolve:1", "kind:1", "snooze:1", "file_bug:1"} <= buttons(shown)
    assert town.event(message(Place(ANA.user, CHANNEL, ANA.team), "thanks")).accepted
    assert len(town.said(DESK)) == 1


def test_an_unflagged_customers_message_has_no_card(town: Town) -> None:
    assert town.event(message(Place("U0OTHER001", "C0OTHER001", "T0OTHER001"), "It hangs")).accepted
    assert town.said(DESK) == []


def test_a_press_is_carried_out_and_the_card_follows(town: Town) -> None:
    town.write("It hangs")
    assert town.press("claim:1").accepted
    with town.earshot.work() as uow:
        member = staff.get(uow.db, tickets.get(uow.db, 1).assignee_id or 0)
    assert (member.name, member.slack_id) == ("Mara Lind", f"{TEAM_ID}/{MARA.user}")
    assert "Mara Lind has it" in str(card(town)["blocks"])
    assert "release:1" in buttons(card(town))
    town.press("release:1")
    assert ticket(town).assignee_id is None
    town.press("kind:1", selected="billing")
    assert (ticket(town).kind, "Billing" in str(card(town)["blocks"])) == ("billing", True)
    town.press("snooze:1", selected="60")
    assert ticket(town).state == "snoozed"
    town.press("wake:1")
    town.press("resolve:1")
    assert ticket(town).state == "resolved"
    assert "reopen:1" in buttons(card(town))
    town.press("reopen:1")
    assert ticket(town).state == "open"
    assert len(town.said(DESK)) == 1
    said = ("yours", "everybody's again", "set right", "sleeps", "awake again", "resolved", "open again")
    assert [all(part in text for part in ("ES-1001", word)) for text, word in zip(town.told(), said, strict=True)] == [
        True
    ] * 7


def take_back(town: Town) -> None:
    """Press the button under what the listener was told last."""
    (block,) = town.messages(f"respond:{MARA.user}")[-1]["blocks"]
    button = block["accessory"]
    assert button["text"]["text"] == words.UNDO
    town.press(button["action_id"], button["value"])


def test_whatever_was_pressed_in_slack_is_taken_back_by_a_press(town: Town) -> None:
    town.write("It hangs")
    town.press("release:1")  # nobody has it: nothing is done, nothing is offered
    assert town.told() == []
    presses = (
        ("claim:1", "", lambda: ticket(town).assignee_id),
        ("kind:1", "billing", lambda: ticket(town).kind),
        ("snooze:1", "240", lambda: (ticket(town).state, ticket(town).snoozed_until)),
        ("snooze:1", "reply", lambda: (ticket(town).state, ticket(town).snoozed_until)),
        ("resolve:1", "", lambda: (ticket(town).state, ticket(town).due_at)),
    )
    for action, chosen, stands in presses:
        before = stands()
        town.press(action, **({"selected": chosen} if chosen else {}))
        assert stands() != before, action
        take_back(town)
        assert stands() == before, action
        assert town.told()[-1] == pressed.UNDONE
    town.press("note:1")
    assert town.submit(town.modal(), text="Careful with them") is None
    whispered = next(one for one in town.messages(DESK, by="app") if one["text"] == words.NOTED)
    button = whispered["blocks"][0]["accessory"]
    town.press(button["action_id"], button["value"])
    with town.earshot.work() as uow:
        assert notes.of_ticket(uow.db, 1) == []


def test_on_the_home_what_was_done_stands_above_the_list_until_it_is_shown_anew(town: Town) -> None:
    town.write("It hangs")
    town.event(app_home_opened(MARA.user))
    home = town.views("home")[-1]
    pressed = block_actions(MARA.user, "claim:1", "1", view=home)
    town.send(lambda sender: sender.action(pressed))
    home = town.views("home")[-1]
    button = home["blocks"][1]["accessory"]
    assert "ES-1001 is yours." in home["blocks"][1]["text"]["text"]
    town.send(lambda sender: sender.action(block_actions(MARA.user, button["action_id"], button["value"], view=home)))
    assert ticket(town).assignee_id is None
    assert words.UNDO not in str(town.views("home")[-1])


def test_on_the_home_one_goes_away_comes_back_and_takes_a_pause(town: Town) -> None:
    def press(action: str, chosen: str = "") -> set[str]:
        home = town.views("home")[-1]
        more: dict[str, Any] = {"kind": "static_select", "selected_option": {"value": chosen}} if chosen else {}
        town.send(lambda sender: sender.action(block_actions(MARA.user, action, None, view=home, **more)))
        return buttons(town.views("home")[-1])

    town.write("It hangs")
    town.press("claim:1")
    town.event(app_home_opened(MARA.user))
    assert "back:0" in press("away:0", "day-7")
    assert ticket(town).assignee_id is None, "what is due before is everybody's"
    assert "away:0" in press("back:0")
    with town.earshot.work() as uow:
        policy.save(uow.db, policy.Policy(staff_domains=["ours.example"], undo_seconds=0, bitter_in_a_row=1))
        one = uow.ticket(1)
        one.sentiment = -0.9
        uow.db.add(one)
    town.press("reply:1")
    town.submit(town.modal(), text="We look into it")
    town.event(app_home_opened(MARA.user))
    assert "pause:0" in buttons(town.views("home")[-1])
    assert "pause:0" not in press("pause:0")


def test_nobody_takes_back_what_another_did(town: Town) -> None:
    town.write("It hangs")
    town.press("claim:1")
    (block,) = town.messages(f"respond:{MARA.user}")[-1]["blocks"]
    with town.earshot.work() as uow:
        omar = f"{TEAM_ID}/U0OMAR0001"
        staff.add(uow.db, staff.Staff(name="Omar", email="o@ours.example", slack_id=omar, created_at=uow.now()))
    for value in (block["accessory"]["value"], "999", "x", ""):
        town.press("undo:1", value, who="U0OMAR0001")
    assert town.told("U0OMAR0001") == ["There is nothing to take back."] * 4
    assert ticket(town).assignee_id is not None


def test_who_presses_claim_second_is_told_who_was_faster(town: Town) -> None:
    town.write("It hangs")
    with town.earshot.work() as uow:
        other = staff.Staff(
            name="Omar", email="omar@ours.example", slack_id=f"{TEAM_ID}/U0OMAR0001", created_at=uow.now()
        )
        staff.add(uow.db, other)
    town.press("claim:1")
    town.press("claim:1", who="U0OMAR0001")
    assert town.told("U0OMAR0001") == ["Mara Lind has taken this one."]


def test_a_customer_who_presses_or_types_is_told_one_neutral_sentence(town: Town) -> None:
    town.write("It hangs")
    town.press("claim:1", who=ANA.user)
    assert town.told(ANA.user) == [words.NOT_STAFF]
    assert ticket(town).assignee_id is None
    answer = town.command("queue", who=ANA.user, team=THEIR_TEAM)
    assert (answer["text"], answer["response_type"]) == (words.NOT_STAFF, "ephemeral")
    guest = town.command("queue", who="U0GUEST001")
    assert guest["text"] == words.NOT_STAFF
    assert "blocks" not in guest


def test_an_address_of_ours_in_somebody_elses_workspace_is_not_staff(town: Town) -> None:
    call_as = {"id": "U0IMPOSTOR", "real_name": "Imp", "email": "imp@ours.example", "team_id": THEIR_TEAM}
    call("POST", f"{town.chat}/sandbox/workspace", {"users": [call_as]})
    assert town.command("queue", who="U0IMPOSTOR", team=THEIR_TEAM)["text"] == words.NOT_STAFF


def test_the_draft_of_a_reply_says_what_it_comes_from(town: Town) -> None:
    town.write("The export hangs")
    with town.earshot.work() as uow:
        theme = themes.add(uow.db, Theme(name="Exports <hang>", kind="bug", answer="Use CSV.", created_at=uow.now()))
        one = uow.ticket(1)
        one.theme_id = theme.id
        uow.db.add(one)
        home, number = uow.console_url, theme.id
    town.press("reply:1")
    view = town.modal()
    place = next(number for number, one in enumerate(view["blocks"]) if one["type"] == "input")
    assert "Use CSV." in view["blocks"][place]["element"]["initial_value"]
    sources = view["blocks"][place + 1]["elements"][0]["text"]
    assert sources == (
        f"From: <{home}/tickets/ES-1001#talk|the conversation> · "
        f"<{home}/themes/{number}|the known answer of “Exports &lt;hang&gt;”>"
    )


def test_a_reply_is_taken_back_within_its_seconds(town: Town) -> None:
    town.write("It hangs")
    with town.earshot.work() as uow:
        policy.save(uow.db, uow.policy.model_copy(update={"undo_seconds": 10}))
    town.press("reply:1")
    assert town.submit(town.modal(), text="Oh, never mind.") is None
    assert town.whispered(DESK) == [words.SENDING]
    town.press("undo_reply:1")
    assert town.told()[-1] == words.TAKEN_BACK
    town.press("undo_reply:1")
    assert town.told()[-1] == "It was taken back already."
    assert len(town.said()) == 1


def test_a_reply_from_the_modal_goes_into_the_customers_thread_under_the_persons_name(town: Town) -> None:
    root = town.write("It hangs")
    town.press("reply:1")
    assert town.modal()["callback_id"] == "reply"
    assert town.submit(town.modal(), text="Fixed by tonight. <b>") is None
    last = town.said()[-1]
    assert (last["username"], last["thread_ts"], last["text"]) == (
        "Mara Lind",
        root["ts"],
        "Fixed by tonight. &lt;b&gt;",
    )
    assert town.submit(town.modal(), text="Fixed by tonight. <b>") is None
    assert len(town.said()) == 2


def test_a_reply_begun_before_the_customer_wrote_again_is_stopped_and_keeps_its_text(town: Town) -> None:
    root = town.write("It hangs")
    town.press("reply:1")
    before = town.modal()
    town.write("Forget it, it works", thread_ts=root["ts"])
    answer = town.submit(before, text="We are on it")
    assert answer["response_action"] == "update"
    assert "Forget it, it works" in str(answer["view"]["blocks"])
    field = next(one for one in answer["view"]["blocks"] if one["type"] == "input")
    assert field["element"]["initial_value"] == "We are on it"
    assert len(town.said()) == 1
    assert town.submit({**before, **answer["view"]}, text="Glad to hear") is None
    assert town.said()[-1]["text"] == "Glad to hear"


def test_what_is_refused_is_shown_beside_the_field(town: Town) -> None:
    town.write("It hangs")
    town.press("reply:1")
    answer = town.submit(town.modal(), text="   ")
    assert answer["response_action"] == "errors"
    assert list(answer["errors"].values()) == ["There is nothing to send yet."]
    with town.earshot.work() as uow:
        seen = reply.newest_seen(uow, 1)
    assert list(answer["errors"]) == [f"text-{seen}-0"]


def test_a_note_stays_inside(town: Town) -> None:
    town.write("It hangs")
    town.press("note:1")
    assert town.submit(town.modal(), text="They are nervous") is None
    with town.earshot.work() as uow:
        assert [one.text for one in notes.of_ticket(uow.db, 1)] == ["They are nervous"]
    assert all("nervous" not in str(one) for one in town.messages(CHANNEL))


def test_a_bug_is_filed_from_its_modal_once_and_a_second_ticket_is_linked(town: Town) -> None:
    town.write("The export hangs at 90 percent")
    town.press("file_bug:1")
    shown = town.modal()
    assert town.submit(shown, title="Export hangs at 90 %", existing="new") is None
    assert ticket(town).bug_id is not None
    town.write("Export hangs at 90 percent here too", who=Place("U0BO000001", CHANNEL, THEIR_TEAM))
    town.press("file_bug:2")
    assert "Export hangs at 90 %" in str(town.modal()["blocks"])
    assert town.submit(town.modal(), title="Export hangs", existing=str(ticket(town).bug_id)) is None
    assert ticket(town, 2).bug_id == ticket(town).bug_id


def test_a_modal_that_is_not_ours_changes_nothing(town: Town) -> None:
    town.write("It hangs")
    town.press("note:1")
    for forged in ("", "null", '{"ticket": "x"}', "[1]"):
        town.submit({**town.modal(), "private_metadata": forged}, text="x")
    with town.earshot.work() as uow:
        assert notes.of_ticket(uow.db, 1) == []


@pytest.mark.parametrize(
    "action", ["claim:", "claim:99", "claim:x", ":", "nonsense:1", "", "snooze:1", "kind:1", "confirm:5"]
)
def test_a_press_on_what_is_not_there_is_answered_calmly(town: Town, action: str) -> None:
    assert town.press(action).status == 200


def test_staff_hand_in_what_somebody_else_wrote_once(town: Town) -> None:
    written = message(Place("U0GUEST001", "C0GENERAL1"), "Could you help Gus?")
    use = message_shortcut(
        MARA.user, "send_to_earshot", Place(MARA.user, "C0GENERAL1"), written, f"{town.chat}/respond/{MARA.user}"
    )
    for _ in range(2):
        assert town.send(lambda sender: sender.action({**use, "trigger_id": "1.2.3"})).accepted
    with town.earshot.work() as uow:
        (kept,) = [one for one in uow.db.exec(select(messages.Message)) if one.direction == "in"]
        assert kept.author == "Gus Guest"
    assert kept.external_id == f"{TEAM_ID}/C0GENERAL1/{written['ts']}"
    assert town.told() == [words.HANDED_IN_NOW, words.HANDED_IN_BEFORE.format(reference="ES-1001")]
    assert town.event(written).accepted
    assert len(town.said("C0GENERAL1")) == 1


def test_there_is_nothing_to_hand_in_of_our_own_or_of_silence(town: Town) -> None:
    ours = {
        "type": "message",
        "user": BOT_USER,
        "bot_id": "B0SANDBOX1",
        "app_id": "A0SANDBOX1",
        "ts": "1.000100",
        "text": "hi",
    }
    silent = message(ANA, "")
    for one in (ours, silent):
        use = message_shortcut(MARA.user, "send_to_earshot", MARA, one, f"{town.chat}/respond/{MARA.user}")
        assert town.send(lambda sender, use=use: sender.action(use)).accepted  # type: ignore[misc]
    assert town.told() == [words.NOTHING_TO_HAND_IN] * 2


def test_the_home_shows_the_same_lists_page_by_page(town: Town) -> None:
    for number in range(23):
        town.write(f"It hangs {number}", who=Place(f"U0PERSON{number:02d}", CHANNEL, THEIR_TEAM))
    assert town.event(app_home_opened(MARA.user)).accepted
    (home,) = town.views("home")
    assert "Buffer (23)" in str(home["blocks"])
    assert "ES-1001" in str(home["blocks"])
    assert len(buttons(home)) == sum("action_id" in e for b in home["blocks"] for e in b.get("elements", ()))
    town.press("home_page:after", "buffer:2", view=home)
    (home,) = town.views("home")
    assert "21 to 23 of 23" in str(home["blocks"])
    town.press("claim:21", view=home)
    (home,) = town.views("home")
    assert "release:21" in buttons(home)
    town.press("home_view:mine", "mine:0", view=home)
    (home,) = town.views("home")
    assert "ES-1021" in str(home["blocks"])
    assert "ES-1001" not in str(home["blocks"])


def test_the_command_tells_of_bugs_themes_the_week_and_lets_one_go_away(town: Town) -> None:
    town.write("The export hangs again and we cannot work")
    town.press("claim:1")
    assert town.command("bug")["text"] == words.NO_BUG
    assert town.command("theme zebra")["text"] == words.NO_THEME
    with town.earshot.work() as uow:
        theme = themes.add(uow.db, Theme(name="Exports <hang>", kind="bug", created_at=uow.now()))
        bug = bugs.add(
            uow.db,
            bugs.Bug(title="Export hangs", severity=2, state="accepted", created_at=uow.now(), changed_at=uow.now()),
        )
        one = tickets.get(uow.db, 1)
        one.theme_id, one.bug_id = theme.id, bug.id
        uow.db.add(one)
    assert "Exports &lt;hang&gt;>: 1 customer, 1 ticket" in town.command("theme export")["text"]
    assert town.command("bug")["text"] == town.command("bug ES-1001")["text"]
    assert "Export hangs" in town.command("bug")["text"]
    assert town.command("digest")["blocks"]
    assert town.command("away soon")["text"] == words.AWAY_HOW
    assert "Given back to everybody: 1" in town.command("away 1000")["text"]
    town.event(app_home_opened(MARA.user))
    (home,) = town.views("home")
    assert "away until" in str(home["blocks"])
    assert {"home_view:for_customer", "home_view:done"} <= buttons(home)
    assert town.command("away back")["text"] == words.BACK


def test_an_alert_stands_on_the_home_and_is_confirmed_there(town: Town) -> None:
    with town.earshot.work() as uow:
        on_call = staff.Staff(
            name="Omar", email="omar@ours.example", slack_id=f"{TEAM_ID}/{MARA.user}", on_call=1, created_at=uow.now()
        )
        staff.add(uow.db, on_call)
    town.write("Everything is down")
    direct = f"D{MARA.user[1:]}"
    assert "confirm:1" in buttons(town.said(direct)[0])
    town.event(app_home_opened(MARA.user))
    (home,) = town.views("home")
    town.press("confirm:1", view=home)
    (home,) = town.views("home")
    assert "confirm:1" not in buttons(home)
    assert "Omar has it" in town.said(direct)[0]["text"]
    town.press("confirm:1")
    assert town.told() == ["Omar has confirmed this one already."]


def test_a_stranger_who_opens_the_home_reads_one_friendly_sentence(town: Town) -> None:
    town.write("It hangs")
    assert town.event(app_home_opened("U0GUEST001")).accepted
    (home,) = town.views("home")
    assert [block["text"]["text"] for block in home["blocks"]] == [words.HOME_NOT_STAFF]


def test_the_slash_command_answers_what_it_can(town: Town) -> None:
    town.write("The export hangs")
    assert "ES-1001" in town.command("queue")["text"]
    assert town.command("mine")["text"] == words.HOME_EMPTY
    assert "claim:1" in buttons(town.command("ticket ES-1001"))
    assert town.command("ticket ES-9")["text"] == words.NO_TICKET.format(reference="ES-9")
    about = town.command("customer acme")
    assert "€48,000" in about["text"]
    assert "writes every day" in str(about["blocks"])
    assert "already" in town.command("flag acme because again")["text"]
    assert town.command("unflag acme")["text"] == "Acme Ltd is not flagged any more."
    assert "needs a reason" in town.command("flag acme")["text"]
    assert "they shout" in town.command("flag acme because they shout")["text"]
    with town.earshot.work() as uow:
        standing = flags.current(uow.db, 1, uow.now())
        assert standing is not None
        assert (standing.set_by, standing.why) == ("Mara Lind", "they shout")
    assert town.command("bug 7")["text"] == "There is no bug to show."
    for unknown in ("", "help", "✨"):
        assert town.command(unknown)["text"] == words.HELP


def test_the_card_shown_to_one_person_is_refreshed_when_they_press(town: Town) -> None:
    town.write("It hangs")
    shown = {"type": "message", "ts": "1.000100", "text": "", **town.command("ticket 1001")}
    press = block_actions(MARA.user, "claim:1", message=shown, response_url=f"{town.chat}/respond/{MARA.user}")
    press["container"]["is_ephemeral"] = True
    assert town.send(lambda sender: sender.action(press)).accepted
    (told,) = town.messages(f"respond:{MARA.user}")
    assert told["replace_original"] is True
    assert "release:1" in buttons(told)


def test_a_card_that_changes_while_it_is_being_said_ends_up_right(town: Town) -> None:
    town.write("It hangs")
    with town.earshot.work() as uow:
        shown = deliveries.by_key(uow.db, "card:1")
        assert shown is not None
        assert (shown.state, shown.receipt) == ("sent", card(town)["ts"])
    for _ in range(3):
        town.press("claim:1")
        town.press("release:1")
    assert "nobody has it" in str(card(town)["blocks"])


def test_where_slack_cannot_say_who_presses_they_are_asked_to_try_again(town: Town) -> None:
    town.fault(match="users.info", status=503)
    assert town.press("claim:1").status == 200
    assert town.told() == [words.UNAVAILABLE]


def test_what_breaks_is_one_calm_sentence_and_no_5xx(town: Town) -> None:
    town.write("It hangs")
    town.press("note:1")
    broken = {**town.modal(), "state": {"values": {"text-0": {"x": None}}}}
    press = view_submission(MARA.user, "note", {}, view=broken)
    press["view"]["state"] = broken["state"]
    answer = town.send(lambda sender: sender.action(press))
    assert answer.status == 200
    assert [one["text"] for one in town.messages(f"D{MARA.user[1:]}")] == [words.BROKEN]
