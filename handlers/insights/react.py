"""React: an engineer answers on a theme of a digest with one press; it shapes the next ones."""

import re

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from prompts.report import slack_digest
from storage.accounts import staff
from storage.database import clean, one_at_a_time
from storage.desk import deliveries
from storage.insights import digests, reactions
from storage.insights.reactions import Reaction
from storage.insights.themes import Theme
from storage.vocabulary import REACTIONS

_WEEK = re.compile(r"\d{4}-W\d{2}", re.ASCII)
VERSION_MOST = 60


def react(uow: UnitOfWork, theme_id: int, staff_id: int, week: str, said: str, version: str = "") -> None:
    """Say useful, known, by_design or fixed (in `version`) to a theme of the week's digest; a person's last word counts.

    Raises NotFound, Refused for what cannot be said.
    """
    if uow.db.get(Theme, theme_id) is None:
        raise NotFound("There is no such theme.")
    if said not in REACTIONS:
        raise Refused(f"“{said}” is none of {', '.join(REACTIONS)}.")
    if not _WEEK.fullmatch(week):
        raise Refused(f"“{week}” is not a week; write it like 2026-W46.")
    named = clean(version).strip() if said == "fixed" else ""
    if len(named) > VERSION_MOST:
        raise Refused(f"A version has at most {VERSION_MOST} characters.")
    one_at_a_time(uow.db, f"reactions:{theme_id}:{week}")
    known = reactions.of_person(uow.db, theme_id, week, staff_id)
    if known and (known.said, known.version) == (said, named):
        return
    if known is None:
        known = Reaction(theme_id=theme_id, week=week, said=said, staff_id=staff_id, at=uow.now())
    known.said, known.version, known.at = said, named, uow.now()
    reactions.keep(uow.db, known)
    uow.record("theme_reaction", by=staff_id, theme=theme_id, week=week, said=said, version=named)
    _show(uow, theme_id, week)


def take_back(uow: UnitOfWork, theme_id: int, staff_id: int, week: str) -> None:
    """It was not meant. Raises Refused if nothing was said."""
    known = reactions.of_person(uow.db, theme_id, week, staff_id)
    if known is None:
        raise Refused("You have not answered on this theme.")
    reactions.remove(uow.db, known)
    uow.record("theme_reaction_taken_back", by=staff_id, theme=theme_id, week=week)
    _show(uow, theme_id, week)


def newest_week(uow: UnitOfWork, theme_id: int) -> str:
    """The newest told week whose digest tells of the theme in full. Raises Refused if none does."""
    for told in digests.newest(uow.db):
        if any(one["id"] == theme_id for one in told.content["themes"]):
            return told.week
    raise Refused("No digest tells of this theme.")


def _show(uow: UnitOfWork, theme_id: int, week: str) -> None:
    """Bring the theme's message in the digest's thread up to date, if there is one."""
    told = digests.get(uow.db, week)
    meant = deliveries.held(uow.db, f"digest:{week}:theme:{theme_id}")
    if told is None or meant is None:
        return
    names = {one.id: one.name for one in staff.everyone(uow.db)}
    said = [
        slack_digest.answered(names.get(one.staff_id, "Somebody"), one.said, one.version)
        for one in reactions.of_week(uow.db, theme_id, week)
    ]
    text, blocks = slack_digest.in_thread(told.content, theme_id, said)
    if blocks != meant.blocks:
        meant.text, meant.blocks, meant.state = text, blocks, "pending"
        uow.db.add(meant)
        uow.enqueue("delivery_meant", f"delivery-{meant.id}-said-{uow.now().timestamp()}", meant.id)
