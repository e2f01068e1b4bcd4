"""Ask: the tracker is asked what changed, so that webhooks that got lost, or that it has none of, lose nothing."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.errors import NotFound
from handlers.outside import Outside
from handlers.tracking import News
from handlers.unit_of_work import UnitOfWork
from storage.insights import bugs, hearsay
from storage.routing import policy

FIRST = timedelta(days=90)
"""So far back a tracker is asked the first time."""
OVERLAP = timedelta(minutes=2)
LOOKED_AFTER = timedelta(hours=1)
"""A bug of which nothing was heard for so long is looked at by itself: it may be deleted."""
LOOKS = 20
UNHEARD_MOST = 100
KEPT = timedelta(days=30)
"""How long what was told is remembered."""
ISSUES_MOST = 1000


def since(uow: UnitOfWork, slot: int) -> dict[str, Any] | None:
    """What to ask the tracker: what changed since when, which of it is ours, and what has not been heard of for long."""
    if uow.tracker == "local":
        return None
    asked = policy.recall(uow.db, f"tracker_asked:{uow.tracker}")
    begin = datetime.fromisoformat(asked["at"]) - OVERLAP if asked else uow.now() - FIRST
    ours = bugs.outside(uow.db, uow.tracker)
    unheard = [one.external_key for one in ours if not one.gone and one.heard_at is None]
    silent = [
        one for one in ours
        if not one.gone and one.heard_at is not None and one.state not in ("released", "duplicate")
        and one.heard_at < uow.now() - LOOKED_AFTER
    ]  # fmt: skip
    first = slot * LOOKS % max(1, len(silent))  # in turn, however many there are
    return {
        "since": begin.isoformat(),
        "ours": [name for one in ours for name in (one.external_id, one.external_key) if name],
        "silent": [one.external_key for one in [*silent[first:], *silent[:first]][:LOOKS]],
        "unheard": unheard[:UNHEARD_MOST],
        "seen": {one.external_key: one.told["seen"] for one in ours if one.told.get("seen")},
    }


def look(outside: Outside, asked: dict[str, Any]) -> dict[str, Any]:
    """Ask the tracker. Raises Unavailable, Refused."""
    tracker = outside.tracker
    assert tracker is not None
    begun = datetime.now(UTC)
    issues = tracker.changed(datetime.fromisoformat(asked["since"]), ISSUES_MOST)
    ours = set(asked["ours"])
    keys = dict.fromkeys(one.key for one in issues if one.id in ours or one.key in ours)
    keys.update(dict.fromkeys([*asked["silent"], *asked["unheard"]]))
    news: list[News] = []
    for key in keys:
        try:
            read = tracker.read(key)
            seen = _fingerprint(read)
            if asked["seen"].get(key) == seen:
                continue  # nothing was told since that it does not say
            read.delivery, read.seen = f"asked-{read.id}-{seen[:8]}-{begun:%Y%m%dT%H%M%S.%f}", seen
        except NotFound:
            read = News(delivery=f"asked-gone-{key}-{begun:%Y%m%d}", key=key, gone=True)
        news.append(read)
    return {
        "at": begun.isoformat(),
        "issues": [one.model_dump(mode="json") for one in issues],
        "news": [one.model_dump(mode="json") for one in news],
        "wanted": [one.model_dump() for one in tracker.wanted()],
    }


def ask_again(uow: UnitOfWork) -> None:
    """Two changes came within one tick of the tracker's clock: ask it now."""
    slot = int(uow.now().timestamp())
    uow.enqueue("tracker_asked", f"tracker-asked-at-once-{slot}", slot)


def due(uow: UnitOfWork) -> int | None:
    """The interval in which the tracker is to be asked, if that was not begun yet."""
    if uow.tracker == "local":
        return None
    slot = int(uow.now().timestamp() / uow.tracker_poll_seconds)
    begun = policy.recall(uow.db, "tracker_slot") or {}
    if begun.get("slot") == slot:
        return None
    policy.remember(uow.db, "tracker_slot", {"slot": slot})
    hearsay.forget(uow.db, uow.now() - KEPT)
    return slot


def _fingerprint(news: News) -> str:
    said = news.model_dump_json(exclude={"delivery"})
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def answered(uow: UnitOfWork, found: dict[str, Any]) -> None:
    """Remember when it was asked, and what a new bug needs there."""
    policy.remember(uow.db, f"tracker_asked:{uow.tracker}", {"at": found["at"]})
    policy.remember(uow.db, f"tracker_wanted:{uow.tracker}", {"fields": found["wanted"]})
