"""Shortcuts, reactions, links and mentions in Slack."""

from typing import Any

import pytest

from bot.sandbox.chat import TEAM_ID
from bot.sandbox.chat.customer import Place, link_shared, message, message_shortcut, reacted
from bot.slack.actions import marking
from handlers.analysis import calling
from handlers.desk import note, undo
from prompts import marks as words
from storage.accounts import staff
from storage.accounts.staff import Staff
from storage.desk import notes, tickets
from storage.desk.tickets import Ticket
from tests.sandbox.wire import call
from tests.slack.conftest import ANA, CHANNEL, DESK, MARA, Town

OTHER = "C0PRIVATE1"


@pytest.fixture
def settled(town: Town) -> Town:
    """Mara is known by her Slack id; there is a channel of our own without customers."""
    with town.earshot.work() as uow:
        mara = staff.by_email(uow.db, "mara@ours.example")
        assert mara is not None
        mara.slack_id = f"{TEAM_ID}/{MARA.user}"
        uow.db.add(mara)
    ours = {"id": OTHER, "name": "team", "is_private": True, "members": [MARA.user]}
    call("POST", f"{town.chat}/sandbox/workspace", {"channels": [ours]})
    return town


def ticket(town: Town, number: int = 1) -> Ticket:
    with town.earshot.work() as uow:
        return tickets.get(uow.db, number)


def noted(town: Town, number: int = 1) -> list[str]:
    with town.earshot.work() as uow:
        return [one.text for one in notes.of_ticket(uow.db, number)]


def use(town: Town, callback: str, said: dict[str, Any], channel: str = OTHER, who: str = MARA.user) -> None:
    used = message_shortcut(who, callback, Place(who, channel), said, f"{town.chat}/respond/{who}")
    assert town.send(lambda sender: sender.action(used)).accepted


def test_a_message_from_anywhere_is_kept_with_a_ticket_for_staff_only(settled: Town) -> None:
    settled.write("The export hangs again")
    use(settled, marking.KEEP, message(Place(MARA.user, OTHER), "Their proxy cuts long requests."))
    modal = settled.modal()
    assert settled.submit(modal, ticket="ES-9999")["response_action"] == "errors"
    assert settled.submit(modal, ticket="es-1001") is None
    assert noted(settled) == ["Their proxy cuts long requests."]
    assert settled.whispered(OTHER) == [words.KEPT.format(reference="ES-1001")]
    assert all("proxy" not in str(one) for one in settled.said(CHANNEL))


def test_a_message_is_linked_to_a_ticket_and_a_ticket_to_a_ticket(settled: Town) -> None:
    first = settled.write("The export hangs again")
    settled.write("The invoice is wrong as well", Place("U0OTHER001", "C0OTHER001", "T0OTHER001"))
    said = {"channel": OTHER, "user": MARA.user, "text": "See what ops say", "ts": "1795600000.000100"}
    call("POST", f"{settled.chat}/sandbox/messages", said)
    use(settled, marking.LINK, {**said, "type": "message"})
    assert settled.submit(settled.modal(), ticket="1001") is None
    (kept,) = noted(settled)
    assert kept.startswith("A message in Slack: http")
    use(settled, marking.LINK, first, CHANNEL)
    assert "ES-1001" in str(settled.modal()["blocks"])  # the ticket of the message is filled in
    assert settled.submit(settled.modal(), ticket="ES-1002") is None
    assert ticket(settled).extra["linked"] == [2]


def test_customers_cannot_use_the_shortcuts(settled: Town) -> None:
    said = settled.write("The export hangs again")
    use(settled, marking.KEEP, said, CHANNEL, who=ANA.user)
    assert settled.views() == []


def test_our_reactions_on_a_customers_message_mean_the_same_for_everybody(settled: Town) -> None:
    ts, mara = settled.write("The export hangs again")["ts"], Place(MARA.user, CHANNEL)
    steps = (("eyes", False, "open", True), ("white_check_mark", False, "resolved", True))
    for name, gone, state, held in (*steps, ("white_check_mark", True, "open", True), ("eyes", True, "open", False)):
        assert settled.event(reacted(mara, name, ts, gone=gone)).accepted
        assert (ticket(settled).state, ticket(settled).assignee_id is not None) == (state, held), (name, gone)
    assert settled.event(reacted(Place(ANA.user, CHANNEL), "white_check_mark", ts)).accepted
    assert settled.event(reacted(mara, "tada", ts)).accepted
    assert ticket(settled).state == "open"


def test_a_message_that_asked_nothing_or_never_came_becomes_a_ticket_by_a_reaction(settled: Town) -> None:
    mara = Place(MARA.user, CHANNEL)
    thanks = settled.write("thanks, and the second one stopped too")
    unheard = {"channel": CHANNEL, "user": ANA.user, "text": "Is anybody there?", "ts": "1795600001.000100"}
    call("POST", f"{settled.chat}/sandbox/messages", unheard)
    for one in (thanks, unheard):
        for _ in range(2):
            assert settled.event(reacted(mara, "ticket", one["ts"])).accepted
    assert [ticket(settled, number).gist for number in (1, 2)] == [thanks["text"], unheard["text"]]
    answered = [one for one in settled.said() if "ES-100" in one["text"]]
    assert len(answered) == 2
    with settled.earshot.work() as uow, pytest.raises(KeyError):
        tickets.get(uow.db, 3)


def test_links_to_the_console_are_shown_to_us_only_and_with_names_only_at_the_desk(settled: Town) -> None:
    settled.write("The export hangs again")
    url = settled.earshot.settings.base_url + "/tickets/ES-1001"
    for channel, who in ((CHANNEL, MARA.user), (OTHER, ANA.user), (OTHER, MARA.user), (DESK, MARA.user)):
        assert settled.event(
            link_shared(Place(who, channel), url, "https://elsewhere.example/tickets/ES-1001")
        ).accepted
    shown = [one["arguments"] for one in settled.calls("chat.unfurl")]
    assert [one["channel"] for one in shown] == [OTHER, DESK]
    assert "ES-1001" in str(shown[0])
    assert "Acme" not in str(shown[0])
    assert "hangs" not in str(shown[0])
    assert "Acme" in str(shown[1])
    assert "elsewhere" not in str(shown)


def test_who_is_called_by_name_in_a_note_is_told_unless_it_is_taken_back(settled: Town) -> None:
    settled.write("The export of Acme Ltd hangs")
    with settled.earshot.work() as uow:
        made = Staff(name="Olu Ade", email="olu@ours.example", slack_id=f"{TEAM_ID}/U0OLU00001", created_at=uow.now())
        olu = staff.add(uow.db, made).id or 0
        person = {"id": "U0OLU00001", "real_name": "Olu Ade", "email": "olu@ours.example"}
        call("POST", f"{settled.chat}/sandbox/workspace", {"users": [person]})
        note.note(uow, 1, 1, "@Olu is this the proxy again? Acme Ltd asks.")
    settled.settle()
    (told,) = [one["text"] for one in _direct(settled)]
    assert "Mara Lind mentioned you" in told
    assert "proxy" in told
    with settled.earshot.work() as uow:
        member = staff.get(uow.db, olu)
        member.role = "engineer"
        uow.db.add(member)
        event = note.note(uow, 1, 1, "@olu.ade and @olu: Acme Ltd again")
        uow.db.flush()
        undo.undo(uow, event.id or 0, 1)
    settled.settle()
    assert len(_direct(settled)) == 1
    with settled.earshot.work() as uow:
        note.note(uow, 1, 1, "@Olu Ade: Acme Ltd again")
    settled.settle()
    assert "Acme" not in _direct(settled)[-1]["text"]
    assert len(_direct(settled)) == 2


def _direct(town: Town) -> list[dict[str, Any]]:
    posts = [one["arguments"] for one in town.calls("chat.postMessage")]
    return [one for one in posts if "mentioned you" in str(one.get("text"))]


PEOPLE = {1: ("Marc Oliveras", "marc@x.example"), 2: ("Ana Ruiz", "ana.r@x.example"), 3: ("Ana Sol", "sol@x.example")}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@marc look", [1]),
        ("ask @Marc Oliveras, please; @marc", [1]),
        ("@Ana", []),
        ("@Ana Sol and @ana.r.", [3, 2]),
        ("write to marc@x.example", []),
        ("@nobody", []),
    ],
)
def test_names_are_read_from_a_note(text: str, ids: list[int]) -> None:
    assert calling.called(text, PEOPLE) == ids
