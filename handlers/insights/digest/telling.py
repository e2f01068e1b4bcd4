"""Telling a digest: kept as it was told, posted once, its themes in the thread below."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.analysis.telling import weeks
from handlers.errors import Refused
from handlers.insights.digest import asking
from handlers.insights.digest.gathering import week_called
from handlers.insights.digest.writing import build
from handlers.unit_of_work import UnitOfWork
from prompts.report import slack_digest
from prompts.report.shape import Theme
from storage.desk import deliveries
from storage.desk.deliveries import Delivery
from storage.insights import digests, voices
from storage.insights.digests import Digest


def read(uow: UnitOfWork, week: str | None = None) -> dict[str, Any]:
    """The digest of a week as it was told, or as it would be told now. Without a week: the last that is over.

    Raises Refused if there is no such week.
    """
    name = week or weeks.containing(uow.now(), uow.policy.time_zone).later(-1).name
    told = digests.get(uow.db, name)
    return dict(told.content) if told else build(uow, name)


def question(uow: UnitOfWork, week: str) -> dict[str, Any] | None:
    """What to ask the model about a week's themes; None without a model, without themes, or when the week was told."""
    if not uow.has_model or digests.get(uow.db, week):
        return None
    themes = [Theme.model_validate(one) for one in build(uow, week)["themes"]]
    return asking.question(themes) if themes else None


def tell(uow: UnitOfWork, week: str, written: Mapping[str, str] | None = None) -> list[int]:
    """Keep the week's digest and mean to post it, once. Ids of deliveries still to be said.

    `written`: a model's sentences by theme id, used where they hold nothing but facts. Raises Refused for a week that is
    not over.
    """
    wanted = week_called(uow, week)
    if wanted.until > uow.now():
        raise Refused(f"The week {wanted.name} is not over yet.")
    if digests.get(uow.db, wanted.name) is None:
        content = build(uow, wanted.name, written)
        row = Digest(week=wanted.name, content=content, created_at=uow.now(), sent_at=uow.now())
        if digests.keep(uow.db, row):
            uow.record("digest_told", week=wanted.name, themes=len(content["themes"]))
            _mean(uow, f"digest:{wanted.name}", slack_digest.summary(content), slack_digest.as_slack(content))
    return _unsaid(uow, f"digest:{wanted.name}")


def post_themes(uow: UnitOfWork, week: str) -> list[int]:
    """Mean to post a told week's themes in the thread of its digest, each once. Ids of deliveries still to be said."""
    told, head = digests.get(uow.db, week), deliveries.by_key(uow.db, f"digest:{week}")
    if told is None or head is None or head.receipt is None:
        return []
    unsaid = []
    for theme in told.content["themes"]:
        key = f"digest:{week}:theme:{theme['id']}"
        _mean(uow, key, *slack_digest.in_thread(told.content, theme["id"]), thread=head.receipt)
        unsaid += _unsaid(uow, key)
    return unsaid


def due(uow: UnitOfWork) -> str | None:
    """The week to tell now: the last one, from the policy's weekday and hour on, if nobody told it and anything was said."""
    policy = uow.policy
    local = uow.now().astimezone(ZoneInfo(policy.time_zone))
    last = weeks.containing(uow.now(), policy.time_zone).later(-1)
    day = last.later(1).monday + timedelta(days=policy.digest_weekday)
    if (local.date(), local.hour) < (day, policy.digest_hour) or digests.get(uow.db, last.name):
        return None
    started = voices.started_at(uow.db)
    return last.name if started and started < last.until else None


def _mean(uow: UnitOfWork, key: str, text: str, blocks: list[dict[str, Any]], thread: str | None = None) -> None:
    if not uow.digest_place:
        return
    delivery = Delivery(
        key=key,
        purpose="digest",
        audience="staff",
        door=uow.digest_place.partition(":")[0],
        place=uow.digest_place,
        thread=thread,
        text=text,
        blocks=blocks,
        created_at=uow.now(),
    )
    deliveries.intend(uow.db, delivery)


def _unsaid(uow: UnitOfWork, key: str) -> list[int]:
    meant = deliveries.by_key(uow.db, key)
    return [meant.id] if meant and meant.id and meant.state == "pending" else []
