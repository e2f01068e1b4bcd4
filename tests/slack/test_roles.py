"""What an engineer may do in Slack: read the week and answer on it, not work at the desk; no customer's name."""

from datetime import timedelta

from bot.sandbox.chat import TEAM_ID
from bot.sandbox.chat.customer import app_home_opened
from handlers.analysis.rights import WHO
from prompts import slack as words
from storage.accounts import staff
from storage.desk import tickets
from storage.desk.tickets import Ticket
from storage.insights import interruptions
from tests.slack.conftest import MARA, Town


def make(town: Town, role: str) -> None:
    with town.earshot.work() as uow:
        mara = staff.by_email(uow.db, "mara@ours.example")
        assert mara is not None
        mara.role = role
        uow.db.add(mara)


def ticket(town: Town) -> Ticket:
    with town.earshot.work() as uow:
        return tickets.get(uow.db, 1)


def test_an_engineer_reads_the_week_and_presses_nothing_of_the_desk(town: Town) -> None:
    town.write("The export of Acme Ltd hangs again")
    make(town, "engineer")
    town.press("claim:1")
    town.press("note:1")
    assert (ticket(town).assignee_id, town.told(), town.views("modal")) == (None, [WHO["desk"]] * 2, [])
    for asked in ("queue", "mine", "ticket ES-1001", "customer acme", "flag acme because", "unflag acme"):
        assert town.command(asked)["text"] == WHO["desk"], asked
    for asked in ("digest", "theme", "bug", "help"):
        assert town.command(asked)["text"] != WHO["desk"], asked
    assert town.event(app_home_opened(MARA.user)).accepted
    (home,) = town.views("home")
    assert "Acme" not in str(home["blocks"])
    assert "home_view" not in str(home["blocks"])


def test_who_was_met_in_slack_only_is_an_engineer_until_an_admin_says_otherwise(town: Town) -> None:
    with town.earshot.work() as uow:
        mara = staff.by_email(uow.db, "mara@ours.example")
        uow.db.delete(mara)
    town.write("The export hangs again")
    town.press("claim:1")
    assert ticket(town).assignee_id is None
    with town.earshot.work() as uow:
        mara = staff.by_email(uow.db, "mara@ours.example")
        assert mara is not None
        assert mara.role == "engineer"
    make(town, "listener")
    town.press("claim:1")
    assert ticket(town).assignee_id is not None


def test_an_engineer_on_call_is_not_told_which_customer_it_is(town: Town) -> None:
    make(town, "engineer")
    with town.earshot.work() as uow:
        mara = staff.by_email(uow.db, "mara@ours.example")
        assert mara is not None
        mara.on_call, mara.slack_id = 1, f"{TEAM_ID}/{MARA.user}"
        uow.db.add(mara)
    town.write("Everything is down for Acme Ltd!")
    (paged,) = [
        one
        for one in town.calls("chat.postMessage")
        if words.EMERGENCIES["outage"] in str(one) and MARA.user in str(one)
    ]
    assert words.SOME_CUSTOMER in str(paged)
    assert "Acme" not in str(paged)


def test_a_customer_who_calls_an_engineer_by_name_is_counted_as_an_interruption(town: Town) -> None:
    make(town, "engineer")
    with town.earshot.work() as uow:
        mara = staff.by_email(uow.db, "mara@ours.example")
        assert mara is not None
        mara.slack_id = f"{TEAM_ID}/{MARA.user}"
        uow.db.add(mara)
    town.write(f"<@{MARA.user}> the export hangs again, can you look?")
    town.write("It hangs still")
    with town.earshot.work() as uow:
        (met,) = interruptions.between(uow.db, uow.now() - timedelta(days=900), uow.now() + timedelta(days=900))
        assert (met.way, met.staff_id) == ("mention", mara.id)
