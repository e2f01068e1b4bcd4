"""App Home: the listener's lists, published for who opened it."""

from typing import Any

from bot.slack.blocks.did import Did
from bot.slack.blocks.home import PAGE, Home, engineers_view, home_view, stranger_view
from bot.slack.blocks.pieces import Block
from bot.slack.house import House, Member
from handlers.desk import away, card, day, pause
from handlers.insights import digest
from handlers.unit_of_work import UnitOfWork
from prompts import slack as words
from prompts.report import slack_digest
from storage.accounts import customers
from storage.desk import tickets, views
from storage.routing import alerts
from storage.routing.alerts import Alert


async def show(house: House, body: dict[str, Any], view: str = "buffer", page: int = 0, did: Did | None = None) -> None:
    """Publish the home of whoever acted; somebody else's is one friendly sentence."""
    member = await house.who(body)
    if member is None:
        shown = stranger_view()
    elif "desk" in member.rights:
        shown = home_view(await house.run(facts, member, view, page), did)
    else:
        shown = engineers_view(await house.run(_week))
    await house.publish(str(body["user"]["id"]), shown)


def facts(uow: UnitOfWork, member: Member, view: str, page: int) -> Home:
    """What a home shows; a page that is no more becomes the last one there is."""
    counts = views.counts(uow.db, member.id)
    page = max(0, min(page, (counts[view] - 1) // PAGE))
    listed = views.listed(uow.db, view, member.id, limit=PAGE, skip=page * PAGE)
    waiting = [one for one in alerts.unfinished(uow.db) if one.state == "open"]
    return Home(
        view=view,
        page=page,
        counts=counts,
        cards=[card.facts(uow, ticket) for ticket in listed],
        alerts=[(one.id or 0, _alert(uow, one)) for one in waiting],
        name=member.name,
        console_url=uow.console_url,
        day=_day(uow, member),
        gone=away.away_until(uow, member.id) is not None,
        weary=pause.proposed(uow, member.id),
    )


def _week(uow: UnitOfWork) -> list[Block]:
    return slack_digest.without_charts(slack_digest.as_slack(digest.read(uow)))


def _day(uow: UnitOfWork, member: Member) -> str:
    today, gone = day.day(uow, member.id), away.away_until(uow, member.id)
    return words.own_day(today.answered, today.resolved, len(today.promised), len(today.thanks), gone)


def _alert(uow: UnitOfWork, alert: Alert) -> str:
    reports = tickets.of_alert(uow.db, alert.id or 0)
    known = customers.by_ids(uow.db, (one.customer_id for one in reports))
    who = ", ".join(sorted(one.name for one in known.values())[:3]) or words.UNKNOWN_CUSTOMER
    return words.alert(alert.emergency, who, alert.title, uow.reference(reports[0]) if reports else "")
