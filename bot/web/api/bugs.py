"""`/bugs`: the built-in tracker for programs."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, StringConstraints
from pydantic.functional_validators import AfterValidator

from bot.web.api.keys import Key
from bot.web.api.shapes import BugOut, CommentOut, keepable, problems
from bot.web.needs import Work
from handlers.bugs import file, follow, remark, report
from handlers.errors import NotFound
from handlers.unit_of_work import UnitOfWork
from storage.insights import bugs, comments
from storage.insights.bugs import Bug
from storage.vocabulary import BugState, Severity

router = APIRouter(tags=["bugs"])
BugId = Annotated[int, Path(ge=1, lt=2**31)]
Words = Annotated[str, StringConstraints(max_length=8000), AfterValidator(keepable)]


class BugIn(BaseModel):
    """A new bug. Customers are never named in one unless the policy allows it."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=79), AfterValidator(keepable)]
    happens: Words = ""
    expected: Words = ""
    steps: Words = Field(default="", description="One a line.")
    environment: Words = ""
    severity: Severity = 3
    reporter: Annotated[str, StringConstraints(max_length=100, strip_whitespace=True), AfterValidator(keepable)] = (
        Field(default="", description="Which colleague reports it; named on the page of thanks once it is fixed.")
    )


class BugNews(BaseModel):
    """What became of a bug; what is left out stays as it was. Customers are told only by drafts that a person approves."""

    state: BugState | None = None
    version: Words | None = None
    workaround: Words | None = None
    reason: Words | None = None
    due_on: date | None = Field(default=None, description="By when a fix is expected.")
    comment: Annotated[str, StringConstraints(max_length=8000, pattern=r"\S"), AfterValidator(keepable)] | None = None


@router.get("/bugs", responses=problems(401, 422))
def listed(_key: Key, uow: Work, state: Annotated[BugState | None, Query()] = None) -> list[BugOut]:
    """Bugs, newest first, of one state or all."""
    return [BugOut.of(one) for one in bugs.listed(uow.db, state)]


@router.post("/bugs", status_code=201, responses=problems(400, 401, 413, 422))
def file_one(body: BugIn, key: Key, uow: Work) -> BugOut:
    """File a bug."""
    bug_id = report.report(uow, key.source, reporter=body.reporter)
    file.file_now(uow, bug_id, None, body.model_dump(exclude={"reporter"}))
    return BugOut.of(_bug(uow, bug_id))


@router.get("/bugs/{bug_id}", responses=problems(401, 404, 422))
def read(bug_id: BugId, _key: Key, uow: Work) -> BugOut:
    """One bug."""
    return BugOut.of(_bug(uow, bug_id))


@router.patch("/bugs/{bug_id}", responses=problems(400, 401, 404, 413, 422))
def change(bug_id: BugId, body: BugNews, key: Key, uow: Work) -> BugOut:
    """News of a bug: its state, the version of the fix, what works meanwhile, a comment."""
    bug = _bug(uow, bug_id)
    if body.model_fields_set - {"comment"}:
        remark.workaround(uow, bug_id, body.workaround or "", author=key.source)
        follow.changed(
            uow,
            bug_id,
            body.state or bug.state,
            version=body.version,
            workaround=body.workaround,
            reason=body.reason,
            due_on=body.due_on,
        )
    if body.comment is not None:
        remark.comment(uow, bug_id, body.comment, author=key.source)
    return BugOut.of(_bug(uow, bug_id))


@router.get("/bugs/{bug_id}/comments", responses=problems(401, 404, 422))
def written(bug_id: BugId, _key: Key, uow: Work) -> list[CommentOut]:
    """What was written on a bug, oldest first."""
    _bug(uow, bug_id)
    return [CommentOut.model_validate(one.model_dump()) for one in comments.of_bug(uow.db, bug_id)]


def _bug(uow: UnitOfWork, bug_id: int) -> Bug:
    found = uow.db.get(Bug, bug_id)
    if found is None:
        raise NotFound("There is no such bug.")
    return found
