"""Bugs: the built-in tracker. Its list, a bug's page, its state, comments and the tickets it concerns."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk
from bot.web.desk.inbox import rows
from bot.web.desk.references import ticket_id
from bot.web.insights.tracker import fields_of
from bot.web.show import as_file
from handlers.bugs import file, follow, outward, phrase, remark, unfile
from handlers.errors import NotFound, Refused
from storage.desk import drafts, messages, tickets
from storage.insights import bugs, comments, enclosures, tallies, thanks, themes
from storage.insights.bugs import Bug
from storage.insights.enclosures import Enclosure
from storage.vocabulary import BUG_STATES

router = APIRouter(prefix="/bugs")
BugId = Annotated[int, Path(ge=1, lt=2**31)]
Text = Annotated[str, Form(max_length=20_000)]
OPEN = ("proposed", "new", "accepted", "in_progress", "fixed")


@router.get("")
def listed(console: Desk) -> HTMLResponse:
    """Those that the tracker did not take or lost, and proposed ones, first: they wait for a person."""

    def order(one: Bug) -> tuple[bool, bool, bool]:
        return (one.state not in OPEN, not (one.error or one.gone), one.state != "proposed")

    known = sorted(bugs.listed(console.uow.db), key=order)
    return console.page(
        "bugs.html", tab="bugs", bugs=known, trouble=console.uow.tracker_trouble, sizes=tallies.of_bugs(console.uow.db)
    )


@router.get("/{bug_id}")
def show(console: Desk, bug_id: BugId) -> HTMLResponse:
    """One bug."""
    db = console.uow.db
    bug = db.get(Bug, bug_id)
    if bug is None:
        raise NotFound("There is no such bug.")
    waiting = drafts.waiting(db, bug_id=bug_id)
    concerned = tickets.of_bug(db, bug_id)
    numbers = {one.id: one.number for one in concerned}
    enclosed = enclosures.of_bug(db, bug_id)
    read_in = phrase.sources(console.uow, bug_id).items()
    return console.page(
        "bug.html",
        tab="bugs",
        bug=bug,
        rows=rows(console, concerned),
        sources={part: [numbers[one] for one in theirs if one in numbers] for part, theirs in read_in},
        comments=comments.of_bug(db, bug_id),
        drafts=[(one, tickets.get(db, one.ticket_id), [also for _, also in drafts.along(db, one)]) for one in waiting],
        theme=themes.get(db, bug.theme_id) if bug.theme_id else None,
        wanted=console.uow.tracker_wanted(),
        given={**console.uow.tracker_fields(), **bug.fields},
        files=messages.attachments_of(db, [one.id or 0 for one in concerned]),
        reporter=thanks.reported_by(db).get(bug_id, ""),
        enclosed={one.attachment_id: one for one in enclosed if one.attachment_id},
        fetched={one.comment_id: one for one in enclosed if one.comment_id},
        states=[one for one in BUG_STATES if one != "proposed"],
    )


@router.get("/{bug_id}/enclosed/{file_id}")
def fetched(console: Desk, bug_id: BugId, file_id: BugId) -> Response:
    """A file that engineers put on the issue."""
    found = console.uow.db.get(Enclosure, file_id)
    if found is None or found.bug_id != bug_id or found.content is None:
        raise NotFound("This file is not here.")
    return as_file(found.name, found.content)


async def _said(request: Request) -> dict[str, str]:
    return {name: str(value).strip() for name, value in (await request.form()).items()}


@router.post("/{bug_id}/filing")
def file_it(
    console: Desk,
    bug_id: BugId,
    title: Text,
    happens: Text = "",
    expected: Text = "",
    steps: Text = "",
    environment: Text = "",
    severity: Annotated[int, Form(ge=1, le=4)] = 3,
    form: Annotated[dict[str, str], Depends(_said)] = {},  # noqa: B006
) -> Response:
    """The proposed bug becomes a real one, as edited."""
    fields = {
        "fields": fields_of(form),
        "title": title,
        "happens": happens,
        "expected": expected,
        "steps": steps,
        "environment": environment,
        "severity": severity,
    }
    file.file_now(console.uow, bug_id, console.my_id, fields, console.uow.policy.undo_seconds)
    return console.did("Filed.", undo={"method": "DELETE", "url": f"/bugs/{bug_id}/filing"})


@router.delete("/{bug_id}/filing")
def unfile_it(console: Desk, bug_id: BugId) -> Response:
    """It was not meant: a proposal again."""
    unfile.unfile(console.uow, bug_id, console.my_id)
    return console.did("Taken back; it is only proposed again.")


@router.post("/{bug_id}/state")
def change(
    console: Desk, bug_id: BugId, state: Text, version: Text = "", workaround: Text = "", reason: Text = ""
) -> Response:
    """What became of it; customers are told only by approved drafts."""
    remark.workaround(console.uow, bug_id, workaround, by=console.my_id)
    waiting = follow.changed(
        console.uow, bug_id, state, version=version, workaround=workaround, reason=reason, by=console.my_id
    )
    now = state.replace("_", " ")
    return console.did(f"Now {now}. {waiting} drafts wait for you." if waiting else f"Now {now}.")


@router.post("/{bug_id}/expected-day")
def expect(console: Desk, bug_id: BugId, day: Annotated[date, Form()]) -> Response:
    """By when a fix is expected; customers are told only by approved drafts."""
    bug = console.uow.db.get(Bug, bug_id)
    if bug is None:
        raise NotFound("There is no such bug.")
    follow.changed(console.uow, bug_id, bug.state, due_on=day, by=console.my_id)
    return console.did("Expected then.")


@router.post("/{bug_id}/files/{attachment_id}")
def enclose(console: Desk, bug_id: BugId, attachment_id: BugId) -> Response:
    """A customer's file goes to the issue."""
    outward.enclose(console.uow, bug_id, attachment_id, console.my_id)
    return console.did("It goes there.")


@router.post("/{bug_id}/comments")
def comment(console: Desk, bug_id: BugId, text: Text = "") -> Response:
    """Write on it."""
    remark.comment(console.uow, bug_id, text, by=console.my_id)
    return console.did("Written.")


@router.post("/{bug_id}/tickets")
def link(console: Desk, bug_id: BugId, ticket: Annotated[str, Form(max_length=40)]) -> Response:
    """One more ticket tells of it."""
    if not ticket.strip():
        raise Refused("Name a ticket, such as ES-1042.")
    file.link(console.uow, ticket_id(ticket.strip()), bug_id, console.my_id)
    return console.did("Linked.", undo=_as_before(console, ticket), to=f"/bugs/{bug_id}")


@router.delete("/{bug_id}/tickets/{ref}")
def unlink(console: Desk, bug_id: BugId, ref: Annotated[str, Path(max_length=40)]) -> Response:
    """This ticket is about something else."""
    file.unlink(console.uow, ticket_id(ref), bug_id, console.my_id)
    return console.did("Taken off this bug.", undo=_as_before(console, ref))


def _as_before(console: Desk, ref: str) -> dict[str, str]:
    return {"method": "DELETE", "url": f"/tickets/{console.uow.reference_of(ticket_id(ref.strip()))}/bug"}
