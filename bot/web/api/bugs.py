"""`/bugs`: the built-in tracker for programs."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from bot.web.api.keys import Key
from bot.web.api.shapes import BugOut, problems
from bot.web.needs import Work
from handlers.errors import NotFound
from storage.insights import bugs
from storage.insights.bugs import Bug
from storage.vocabulary import BugState

router = APIRouter(tags=["bugs"])
BugId = Annotated[int, Path(ge=1, lt=2**31)]


@router.get("/bugs", responses=problems(401, 422))
def listed(_key: Key, uow: Work, state: Annotated[BugState | None, Query()] = None) -> list[BugOut]:
    """Bugs, newest first, of one state or all."""
    return [BugOut.of(one) for one in bugs.listed(uow.db, state)]


@router.get("/bugs/{bug_id}", responses=problems(401, 404))
def read(bug_id: BugId, _key: Key, uow: Work) -> BugOut:
    """One bug."""
    found = uow.db.get(Bug, bug_id)
    if found is None:
        raise NotFound("There is no such bug.")
    return BugOut.of(found)
