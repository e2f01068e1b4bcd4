"""Listen: what a tracker tells of a bug is taken over, once, in whatever order it comes."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.analysis.telling import asides, reports
from handlers.errors import NotFound
from handlers.tracking import FiledBug, News, Said
from handlers.unit_of_work import Outside, UnitOfWork
from storage.database import clean, clean_all, one_at_a_time
from storage.insights import bugs, comments, hearsay
from storage.insights.bugs import Bug
from storage.insights.comments import BugComment
from storage.insights.hearsay import TrackerIssue, TrackerNews
from storage.routing import policy

FIRST = timedelta(days=90)
"""So far back a tracker is asked the first time."""
OVERLAP = timedelta(minutes=2)
LOOKED_AFTER = timedelta(hours=1)
"""A bug of which nothing was heard for so long is looked at by itself: it may be deleted."""
LOOKS = 20
ISSUES_MOST = 1000
COMMENT_MOST = 10_000
_OURS = re.compile(r"\(earshot-comment-(\d{1,12})\)\s*$")


def keep(uow: UnitOfWork, news: News) -> int | None:
    """Keep what the tracker told, once per delivery, and leave it to be heard; its id, None if it was told before."""
    kept = TrackerNews(
        tracker=uow.tracker,
        delivery=clean(news.delivery)[:200],
        content=clean_all(news.model_dump(mode="json")),
        note=news.ignored,
        kept_at=uow.now(),
    )
    news_id = hearsay.keep(uow.db, kept)
    if news_id is not None and not news.ignored:
        uow.enqueue("bug_heard", f"bug-heard-{news_id}", news_id)
    return news_id


def hear(uow: UnitOfWork, news_id: int) -> dict[str, Any] | None:
    """Take over what was kept. What follow.changed is to be told ({"bug_id", "state", …}, and "questions"), None if nothing."""
    kept = uow.db.get(TrackerNews, news_id)
    if kept is None:
        return None
    news = News.model_validate(kept.content)
    if news.bug is not None:
        _mirror(uow, kept.tracker, news.bug, gone=news.gone)
    known = bugs.in_tracker(uow.db, kept.tracker, news.id, [news.key, news.was])
    if known is None:
        kept.note = "It is not about a bug of ours."
        return None
    one_at_a_time(uow.db, f"bug-{known.id}")
    uow.db.refresh(known)
    heard: dict[str, Any] = {"bug_id": known.id, "state": known.state, "questions": []}
    if news.gone:
        _gone(uow, known)
    elif news.bug is not None:
        _take_over(uow, known, news, news.bug, heard)
    _comments(uow, known, news, heard)
    uow.db.add(known)
    return heard


def since(uow: UnitOfWork, _slot: int) -> dict[str, Any] | None:
    """What to ask the tracker: what changed since when, which of it is ours, and what has not been heard of for long."""
    if uow.tracker == "local":
        return None
    asked = policy.recall(uow.db, f"tracker_asked:{uow.tracker}")
    begin = datetime.fromisoformat(asked["at"]) - OVERLAP if asked else uow.now() - FIRST
    ours = bugs.outside(uow.db, uow.tracker)
    silent = [
        one for one in ours
        if not one.gone and one.state not in ("released", "duplicate")
        and (one.heard_at or one.filed_at or one.created_at) < uow.now() - LOOKED_AFTER
    ]  # fmt: skip
    silent.sort(key=lambda one: one.heard_at or one.created_at)
    return {
        "since": begin.isoformat(),
        "ours": [name for one in ours for name in (one.external_id, one.external_key) if name],
        "silent": [one.external_key for one in silent[:LOOKS]],
    }


def look(outside: Outside, asked: dict[str, Any]) -> dict[str, Any]:
    """Ask the tracker. Raises Unavailable, Refused."""
    tracker = outside.tracker
    assert tracker is not None
    begun = datetime.now(UTC)
    issues = tracker.changed(datetime.fromisoformat(asked["since"]), ISSUES_MOST)
    ours = set(asked["ours"])
    keys = dict.fromkeys(one.key for one in issues if one.id in ours or one.key in ours)
    keys.update(dict.fromkeys(asked["silent"]))
    news: list[News] = []
    for key in keys:
        try:
            read = tracker.read(key)
            read.delivery = f"asked-{read.id}-{_fingerprint(read)}"
        except NotFound:
            read = News(delivery=f"asked-gone-{key}-{begun:%Y%m%d}", key=key, gone=True)
        news.append(read)
    return {
        "at": begun.isoformat(),
        "issues": [one.model_dump(mode="json") for one in issues],
        "news": [one.model_dump(mode="json") for one in news],
        "wanted": [one.model_dump() for one in tracker.wanted()],
    }


def answered(uow: UnitOfWork, _slot: int, found: dict[str, Any]) -> None:
    """Keep what the tracker answered; what is new is left to be heard."""
    for one in found["issues"]:
        _mirror(uow, uow.tracker, FiledBug.model_validate(one), gone=False)
    for one in found["news"]:
        keep(uow, News.model_validate(one))
    policy.remember(uow.db, f"tracker_asked:{uow.tracker}", {"at": found["at"]})
    policy.remember(uow.db, f"tracker_wanted:{uow.tracker}", {"fields": found["wanted"]})


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
    return slot


def folded(uow: UnitOfWork, tracker: str, bug: FiledBug) -> str:
    """Our state for the issue's, by the mapping of one's own first."""
    own = policy.recall(uow.db, f"tracker_states:{tracker}") or {}
    return next((str(own[sign]) for sign in bug.signs if sign in own), bug.state)


def _fingerprint(news: News) -> str:
    said = news.model_dump_json(exclude={"delivery"})
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _mirror(uow: UnitOfWork, tracker: str, told: FiledBug, *, gone: bool) -> None:
    """What the tracker has besides our bugs: candidates for a new report."""
    name = told.id or told.key
    if gone:
        hearsay.drop(uow.db, tracker, name)
        return
    seen = TrackerIssue(
        tracker=tracker,
        external_id=name,
        key=told.key,
        title=clean(told.title)[:300],
        text=clean(told.text)[:2000],
        state=folded(uow, tracker, told),
        url=told.url,
        changed_at=told.changed_at or uow.now(),
    )
    known = hearsay.issue(uow.db, tracker, name)
    if known is None or known.changed_at <= seen.changed_at:
        hearsay.remember(uow.db, seen)


def _gone(uow: UnitOfWork, bug: Bug) -> None:
    if not bug.gone:
        bug.gone, bug.changed_at = True, uow.now()
        uow.record("bug_gone", bug=bug.id, key=bug.external_key)


def _take_over(uow: UnitOfWork, bug: Bug, news: News, told: FiledBug, heard: dict[str, Any]) -> None:
    """The issue's snapshot, if it is newer than what was heard last. Asked for, it counts also when it is as old."""
    at = told.changed_at or news.at or uow.now()
    if bug.heard_at is not None and (at < bug.heard_at or (at == bug.heard_at and not news.whole)):
        if at == bug.heard_at and ";".join(told.signs) != bug.status:
            heard["unsure"] = True  # two changes within one tick of its clock: only asking tells which was the last
        return
    bug.heard_at, bug.gone = at, False
    bug.external_id = told.id or bug.external_id
    if told.key != bug.external_key:
        uow.record("bug_moved", bug=bug.id, before=bug.external_key, key=told.key)
        bug.external_key = told.key
    bug.url, bug.assignee = told.url or bug.url, told.assignee
    if told.title:
        bug.title = reports.title(clean(told.title)) or bug.title
    signs = ";".join(told.signs)
    if told.signs and signs != bug.status:
        bug.status = signs
        heard["state"] = folded(uow, bug.tracker, told)
    if told.version:
        heard["version"] = told.version
    if told.due_on:
        heard["due_on"] = told.due_on


def _comments(uow: UnitOfWork, bug: Bug, news: News, heard: dict[str, Any]) -> None:
    known = comments.known(uow.db, bug.id or 0)
    before = _newest_asides(uow, list(known.values()))
    for said in news.said:
        if said.ours:
            _our_own(uow, bug, said)
        else:
            _engineers(uow, bug, said, known, whole=news.whole)
    if news.whole:
        there = {one.id for one in news.said}
        for name, one in known.items():
            if name not in there and one.deleted_at is None and one.staff_id is None and one.state == "":
                one.deleted_at = uow.now()
                uow.db.add(one)
    uow.db.flush()
    after = _newest_asides(uow, list(comments.known(uow.db, bug.id or 0).values()))
    for kind, (comment_id, aside) in after.items():
        if before.get(kind) == (comment_id, aside):
            continue
        if kind == "question":
            heard["questions"].append({"comment_id": comment_id, "text": aside.text})
        elif kind == "expected":
            heard["due_on"] = aside.day
        else:
            heard[kind] = aside.text


def _our_own(uow: UnitOfWork, bug: Bug, said: Said) -> None:
    """What we wrote ourselves is known again by its marker, and not taken for news."""
    found = _OURS.search(said.text)
    own = uow.db.get(BugComment, int(found[1])) if found else None
    if own is not None and own.bug_id == bug.id and own.external_id is None:
        own.external_id, own.state = said.id, "sent"
        uow.db.add(own)


def _engineers(uow: UnitOfWork, bug: Bug, said: Said, known: dict[str, BugComment], *, whole: bool) -> None:
    one, text = known.get(said.id), clean(said.text).strip()[:COMMENT_MOST]
    if one is None:
        one = BugComment(
            bug_id=bug.id or 0,
            external_id=said.id,
            author=clean(said.author)[:100],
            text=text,
            created_at=said.at,
            at_tracker=said.at,
            deleted_at=uow.now() if said.gone else None,
        )
        known[said.id] = comments.add(uow.db, one)
    elif one.staff_id is not None or one.state:
        return  # ours, though its marker was edited away
    elif said.gone:
        one.deleted_at = one.deleted_at or uow.now()
    elif one.at_tracker is None or said.at > one.at_tracker or (whole and said.at == one.at_tracker):
        one.text, one.at_tracker = text, said.at
        one.deleted_at = None if whole else one.deleted_at
    aside = asides.read(one.text, uow.policy.customer_prefix)
    one.aside = aside.kind if aside else ""
    uow.db.add(one)


def _newest_asides(uow: UnitOfWork, said: list[BugComment]) -> dict[str, tuple[int, asides.Aside]]:
    """Kind → the newest words for customers of that kind, and the comment they stand in."""
    newest: dict[str, tuple[int, asides.Aside]] = {}
    for one in sorted(said, key=lambda one: (one.at_tracker or one.created_at, one.id or 0)):
        aside = asides.read(one.text, uow.policy.customer_prefix) if one.aside and one.deleted_at is None else None
        if aside is not None:
            newest[aside.kind] = (one.id or 0, aside)
    return newest
