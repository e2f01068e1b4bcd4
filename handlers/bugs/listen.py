"""Listen: what a tracker tells of a bug is taken over, once, in whatever order it comes."""

import re
from typing import Any

from handlers.analysis.telling import asides, reports
from handlers.tracking import FiledBug, News, Said
from handlers.unit_of_work import UnitOfWork
from storage.database import clean, clean_all, one_at_a_time
from storage.insights import bugs, comments, enclosures, hearsay
from storage.insights.bugs import Bug
from storage.insights.comments import BugComment
from storage.insights.enclosures import Enclosure
from storage.insights.hearsay import TrackerIssue, TrackerNews
from storage.routing import policy

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
        mirror(uow, kept.tracker, news.bug, gone=news.gone)
    known = bugs.in_tracker(uow.db, kept.tracker, news.id, [news.key, news.was])
    if known is None:
        kept.note = "It is not about a bug of ours."
        return None
    one_at_a_time(uow.db, f"bug-{known.id}")
    uow.db.refresh(known)
    heard: dict[str, Any] = {"bug_id": known.id, "state": known.state, "questions": [], "unasked": []}
    if news.gone:
        _gone(uow, known)
    elif news.bug is not None:
        _take_over(uow, known, news, news.bug, heard)
    _comments(uow, known, news, heard)
    known.told = {**known.told, "seen": news.seen}  # "": read anew, whatever it looks like
    uow.db.add(known)
    return heard


def mirror(uow: UnitOfWork, tracker: str, told: FiledBug, *, gone: bool = False) -> None:
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


def folded(uow: UnitOfWork, tracker: str, bug: FiledBug) -> str:
    """Our state for the issue's, by the mapping of one's own first."""
    own = policy.recall(uow.db, f"tracker_states:{tracker}") or {}
    return next((str(own[sign]) for sign in bug.signs if sign in own), bug.state)


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
    _facts(bug, told, heard)


def _facts(bug: Bug, told: FiledBug, heard: dict[str, Any]) -> None:
    """The version and day that the issue names now; what it named before and does not any more counts no longer."""
    named = {"version": told.version or "", "due_on": told.due_on.isoformat() if told.due_on else ""}
    here = {"version": bug.version or "", "due_on": bug.due_on.isoformat() if bug.due_on else ""}
    for name, word in named.items():
        before = bug.told.get(name, "")
        if word and word != before:
            heard[name] = told.version if name == "version" else told.due_on
        elif not word and before and told.complete and here[name] == before:
            heard |= {"version": ""} if name == "version" else {"undated": True}
    if told.complete or any(named.values()):
        bug.told = {**bug.told, **{name: word for name, word in named.items() if word or told.complete}}


def _comments(uow: UnitOfWork, bug: Bug, news: News, heard: dict[str, Any]) -> None:
    known = comments.known(uow.db, bug.id or 0)
    before, asked = _newest_asides(uow, list(known.values()))
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
    after, asks = _newest_asides(uow, list(comments.known(uow.db, bug.id or 0).values()))
    for kind, aside in after.items():
        if before.get(kind) != aside:
            heard |= {"due_on": aside[1].day} if kind == "expected" else {kind: aside[1].text}
    for kind in before.keys() - after.keys():
        _unsaid(bug, kind, before[kind][1], heard)
    heard["questions"] += [{"comment_id": one, "text": said} for one, said in asks.items() if asked.get(one) != said]
    heard["unasked"] = [one for one in asked if one not in asks]


def _unsaid(bug: Bug, kind: str, aside: asides.Aside, heard: dict[str, Any]) -> None:
    """The engineers took back what they had written for customers: it counts no longer, unless it was changed here since."""
    if kind == "expected":
        heard |= {"undated": True} if bug.due_on == aside.day and "due_on" not in heard else {}
    elif getattr(bug, kind) == aside.text:
        heard[kind] = ""


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
        if said.id.startswith("file-") and not said.gone:
            _fetch(uow, bug, one)
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


def _fetch(uow: UnitOfWork, bug: Bug, told: BugComment) -> None:
    """A file that engineers put there is fetched, once."""
    name = told.text.rpartition(": ")[0]
    wanted = Enclosure(bug_id=bug.id or 0, comment_id=told.id, name=name, created_at=uow.now())
    file_id = enclosures.add(uow.db, wanted).id
    uow.enqueue("tracker_told", f"tracker-told-fetch-{file_id}")


def _newest_asides(
    uow: UnitOfWork, said: list[BugComment]
) -> tuple[dict[str, tuple[int, asides.Aside]], dict[int, str]]:
    """Kind → the newest words for customers of that kind, and the comment they stand in; and comment → what it asks them."""
    newest: dict[str, tuple[int, asides.Aside]] = {}
    questions: dict[int, str] = {}
    for one in sorted(said, key=lambda one: (one.at_tracker or one.created_at, one.id or 0)):
        aside = asides.read(one.text, uow.policy.customer_prefix) if one.aside and one.deleted_at is None else None
        if aside is not None and aside.kind == "question":
            questions[one.id or 0] = aside.text
        elif aside is not None:
            newest[aside.kind] = (one.id or 0, aside)
    return newest, questions
