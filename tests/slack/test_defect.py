"""“Report a bug”: from anywhere in Slack, by staff and by colleagues; not by customers, and once."""

import pytest

from bot.sandbox.chat.customer import global_shortcut
from prompts import slack as words
from storage.desk import history
from storage.insights import bugs
from storage.insights.bugs import Bug
from tests.sandbox.wire import call
from tests.slack.conftest import ANA, MARA, THEIR_TEAM, Town

COLLEAGUE = "U0KIM00001"


@pytest.fixture
def kim(town: Town) -> str:
    """A colleague of another team."""
    one = {"id": COLLEAGUE, "real_name": "Kim Doe", "email": "kim@other.example"}
    call("POST", f"{town.chat}/sandbox/workspace", {"users": [one]})
    return COLLEAGUE


def use(town: Town, who: str) -> None:
    assert town.send(lambda sender: sender.action(global_shortcut(who, "report_bug"))).accepted


def kept(town: Town) -> list[Bug]:
    with town.earshot.work() as uow:
        return bugs.listed(uow.db)


def test_staff_report_from_anywhere_and_it_is_filed_once(town: Town) -> None:
    use(town, MARA.user)
    form = town.modal()
    assert form["title"]["text"] == words.REPORT_SHORTCUT
    for _ in range(2):
        assert town.submit(form, title="Export hangs", steps="1. Open\n2. Export", severity="2") is None
    (bug,) = kept(town)
    assert (bug.title, bug.steps, bug.severity, bug.state, bug.filed_by) == (
        "Export hangs",
        "1. Open\n2. Export",
        2,
        "new",
        1,
    )
    assert bug.external_key == f"BUG-{bug.id}"


def test_a_colleagues_waits_for_one_of_the_staff_under_their_name(town: Town, kim: str) -> None:
    use(town, kim)
    assert town.submit(town.modal(), who=kim, title="Login fails", happens="It loops.", severity="1") is None
    (bug,) = kept(town)
    assert (bug.title, bug.happens, bug.severity, bug.state, bug.filed_by) == (
        "Login fails",
        "It loops.",
        1,
        "proposed",
        None,
    )
    with town.earshot.work() as uow:
        (event,) = history.named(uow.db, "bug_reported")
    assert event.detail["reporter"] == "Kim Doe"
    assert words.REPORTED in [one["text"] for one in town.messages(f"D{kim[1:]}")]


def test_the_command_opens_the_same_form_with_what_was_typed(town: Town) -> None:
    assert town.command("bug report The export hangs")["text"] == words.REPORT_OPENED
    (title, *_) = town.modal()["blocks"]
    assert title["element"]["initial_value"] == "The export hangs"


@pytest.mark.parametrize("who", [ANA.user, "U0GUEST001"])
def test_customers_are_shown_their_own_way(town: Town, who: str) -> None:
    team = THEIR_TEAM if who == ANA.user else None
    used = global_shortcut(who, "report_bug")
    if team:
        used["user"]["team_id"] = used["team"]["id"] = team
    assert town.send(lambda sender: sender.action(used)).accepted
    assert town.views() == []
    assert kept(town) == []


def test_without_a_title_and_forged_nothing_is_kept(town: Town) -> None:
    use(town, MARA.user)
    form = town.modal()
    assert town.submit(form, title=" ")["errors"] == {"title": "The bug needs a title."}
    assert town.submit(form, title="x" * 100)["response_action"] == "errors"
    for forged in ("", "null", "[1]", "{}"):
        assert town.submit({**form, "private_metadata": forged}, title="Hangs")["errors"] == {"title": words.GONE}
    assert town.submit(form, who="U0GUEST001", title="Hangs")["errors"] == {"title": words.HOME_NOT_STAFF}
    assert kept(town) == []
