"""“Report a bug”, from anywhere: staff's is filed at once, a colleague's waits for one of them."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bot.slack.blocks.modals import refused, report_modal, typed
from bot.slack.house import House
from handlers.bugs import file, report
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from prompts import slack as words
from storage.accounts import people, staff
from storage.insights import bugs


@dataclass(frozen=True)
class Reporter:
    """Who reports: one of our staff, or a colleague of another team."""

    staff_id: int | None
    name: str


async def on_shortcut(house: House, body: dict[str, Any], title: str = "") -> str:
    """Open the form, and say so; or say that it is not for them."""
    if await _reporter(house, body) is None:
        return words.HOME_NOT_STAFF
    channel = (body.get("channel") or {}).get("id") or body.get("channel_id") or ""
    house.later(house.open(body, report_modal({"press": uuid4().hex, "channel": channel}, title)))
    return words.REPORT_OPENED


async def on_submit(house: House, body: dict[str, Any]) -> dict[str, Any] | None:
    """The form sent off, once however often: None closes it, else what Slack is to show instead."""
    view = body.get("view") or {}
    reporter = await _reporter(house, body)
    if reporter is None:
        return refused(view, words.HOME_NOT_STAFF)
    try:
        about = json.loads(view.get("private_metadata") or "")
        press, channel = str(about["press"])[:64], str(about["channel"])
    except (ValueError, KeyError, TypeError):
        return refused(view, words.GONE)
    try:
        told = await house.run(_kept, reporter, press, typed(view))
    except Refused as refusal:
        return refused(view, str(refusal))
    house.later(house.tell({**body, "channel": {"id": channel}} if channel else body, told))
    return None


def _kept(uow: UnitOfWork, reporter: Reporter, press: str, given: dict[str, str]) -> str:
    text = {name: given[name] for name in (*report.FIELDS, "severity") if name in given}
    bug_id = report.report(uow, "slack", by=reporter.staff_id, reporter=reporter.name, key=press, text=text)
    if reporter.staff_id is None:
        return words.REPORTED
    if bugs.get(uow.db, bug_id).state == "proposed":
        file.file_now(uow, bug_id, reporter.staff_id, text)
    return words.FILED


async def _reporter(house: House, body: dict[str, Any]) -> Reporter | None:
    """None for customers, be they guests of ours, and for people of other companies."""
    member = await house.who(body)
    if member is not None:
        return Reporter(member.id, member.name)
    user = body.get("user") or {}
    team = str(user.get("team_id") or (body.get("team") or {}).get("id") or body.get("team_id") or "")
    slack_id = f"{team}/{user.get('id') or body.get('user_id') or ''}"
    if not await house.is_home(team) or await house.run(_not_a_colleague, slack_id):
        return None
    profile = await house.ask(house.api.profile, slack_id)
    if profile is None or profile.bot or profile.guest or profile.team not in (None, team):
        return None
    return Reporter(None, profile.name or words.A_COLLEAGUE)


def _not_a_colleague(uow: UnitOfWork, slack_id: str) -> bool:
    """A customer's, or somebody of ours who has left."""
    known = people.by_slack_id(uow.db, slack_id)
    return (known is not None and known.customer_id is not None) or staff.by_slack_id(uow.db, slack_id) is not None
