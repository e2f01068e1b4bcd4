"""A bug: worded, put into the tracker, and what is told of it there."""

import logging
from collections.abc import Callable
from typing import Any

from bot.engine import Run
from handlers.bugs import ask, fetch, file, follow, listen, outward, phrase
from handlers.errors import Refused, Unavailable
from handlers.tracking import FiledBug, News
from handlers.unit_of_work import UnitOfWork

log = logging.getLogger("earshot.flows")


def bug_proposed(run: Run, bug_id: int) -> None:
    """The model words a proposed bug; without it the template's text stands."""
    asked = run.step(phrase.question, bug_id)
    if asked is not None:
        run.step(phrase.phrase, bug_id, run.ask(phrase.consult, asked))


def bug_filed(run: Run, _bug_id: int) -> None:
    """A person wants the bug in the tracker: there, once, after those that waited before it."""
    tracker_told(run)


def tracker_told(run: Run) -> None:
    """What waits for the tracker, in order. While it is away the rest waits with the first, and the queue is for others; what
    it fails at again and again, although it answers, may be passed.
    """
    for one in run.call(outward.waiting):
        try:
            run.tell(*OUTWARD[one["what"]], one["id"], patient=False)
        except Unavailable as failure:
            run.call(outward.later, failure.retry_after or 2.0 ** min(one["tried"], 20))
            there = failure.retry_after is None and run.ask(outward.is_there)
            if not run.call(outward.may_be_passed, one["what"], one["id"], there):
                return


def tracker_asked(run: Run, slot: int) -> None:
    """What changed there since we asked last: right within one interval, however many webhooks got lost."""
    try:
        run.tell(ask.since, ask.look, answered, slot, patient=False)
    except (Unavailable, Refused) as failure:
        log.info("the tracker could not be asked: %s", failure)


def answered(uow: UnitOfWork, _slot: int, found: dict[str, Any]) -> None:
    """What the tracker answered is kept; what is new of our bugs is left to be heard."""
    for one in found["issues"]:
        listen.mirror(uow, uow.tracker, FiledBug.model_validate(one))
    for one in found["news"]:
        listen.keep(uow, News.model_validate(one))
    ask.answered(uow, found)


def bug_heard(run: Run, news_id: int) -> None:
    """The tracker told of an issue: the bug, its comments, and drafts for customers."""
    if run.call(take_over, news_id):
        run.call(ask.ask_again)


def take_over(uow: UnitOfWork, news_id: int) -> bool:
    """What was told becomes true here, in one transaction; True if only asking can tell how it stands."""
    heard = listen.hear(uow, news_id)
    if heard is None:
        return False
    unsure, questions = heard.pop("unsure", False), heard.pop("questions")
    unasked = heard.pop("unasked")
    follow.changed(uow, **heard)
    for one in questions:
        follow.ask(uow, heard["bug_id"], one["text"], one["comment_id"])
    for comment_id in unasked:
        follow.unask(uow, heard["bug_id"], comment_id)
    return bool(unsure)


def bug_changed(run: Run, bug_id: int) -> None:
    """A ticket was put on a bug whose news are out: its customer hears them as well."""
    run.step(follow.draft, bug_id)


OUTWARD: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    "bug": (file.prepare, file.submit, file.record_filed),
    "comment": (outward.prepare_comment, outward.write_comment, outward.record_comment),
    "block": (outward.prepare_block, outward.show_block, outward.record_block),
    "file": (outward.prepare_file, outward.put_file, outward.record_file),
    "fetch": (fetch.prepare, fetch.fetch, fetch.record),
}
"""What is done in a tracker → intent, act, result."""
