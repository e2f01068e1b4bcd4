"""`/support/<the customer's own link>`: write, see your conversations, go on with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from bot.web.limits import Pace
from bot.web.needs import Work
from bot.web.show import html
from bot.web.support import conversations
from bot.web.support.writer import (
    LANGUAGE_COOKIE,
    YEAR,
    Writer,
    defect,
    language_of,
    remember,
    typed,
    writer_of,
)
from handlers.desk import ask
from handlers.intake.receive import MAX_TEXT, Author, Incoming, receive
from handlers.unit_of_work import UnitOfWork
from prompts.pages import strings
from prompts.when import when
from storage.accounts import customers, staff
from storage.accounts.customers import Customer
from storage.database import clean
from storage.desk import messages
from storage.desk.messages import Attachment
from storage.vocabulary import LANGUAGES

MOST_FILES = 5
router = APIRouter(prefix="/support/{token}")
FormId = Annotated[str, Form(pattern="^[0-9a-f]{32}$")]
ConversationToken = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class WrongLink(Exception):
    """Nobody's support link, or no conversation of theirs."""


@dataclass(frozen=True)
class Visit:
    """Somebody with a customer's link, and the language they read."""

    request: Request
    uow: UnitOfWork
    customer: Customer
    language: str

    @property
    def address(self) -> str:
        """The page's own address."""
        return f"/support/{self.customer.support_token}"

    def when(self, moment: datetime) -> str:
        """A moment in the reader's language and the customer's time zone."""
        zone = self.customer.time_zone or self.uow.policy.time_zone
        return when(moment, self.uow.now(), self.language, ZoneInfo(zone))

    def page(self, template: str, status: int = 200, **facts: Any) -> Response:
        """A page in the reader's language."""
        answer = html(
            template,
            status,
            w=strings(self.language),
            company=self.uow.policy.company,
            language=self.language,
            languages={one: strings(one)["language"] for one in LANGUAGES},
            when=self.when,
            home=self.address,
            here=self.request.url.path,
            writer=writer_of(self.request),
            **facts,
        )
        if self.request.query_params.get("lang") == self.language:
            answer.set_cookie(LANGUAGE_COOKIE, self.language, max_age=YEAR, httponly=True, samesite="lax")
        return answer


def _visit(request: Request, uow: Work, token: Annotated[str, Path(max_length=200)]) -> Visit:
    customer = customers.by_support_token(uow.db, clean(token))
    if customer is None:
        raise WrongLink
    return Visit(request, uow, customer, language_of(request, customer.language))


Visitor = Annotated[Visit, Depends(_visit)]


@router.get("")
def show(visit: Visitor) -> Response:
    """The form and the conversations."""
    return _home(visit)


@router.post("")
def write(
    visit: Visitor,
    form: FormId,
    text: Annotated[str, Form(max_length=MAX_TEXT * 2)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    email: Annotated[str, Form(max_length=320)] = "",
    steps: Annotated[str, Form(max_length=8000)] = "",
    environment: Annotated[str, Form(max_length=500)] = "",
    files: Annotated[Sequence[UploadFile], File()] = (),
) -> Response:
    """A new conversation. The same form sent twice is one message. With steps or an environment it tells of a defect."""
    writer = typed(name, email)
    if wrong := _wrong(visit, text, files):
        again = {"steps": steps, "environment": environment}
        return _home(visit, wrong[0], text=text, form=form, problem=wrong[1], **again)
    seen = defect(steps, environment)
    _keep(visit, writer, form, "\n\n".join([text.strip(), *seen]), files, thread=None, defect=bool(seen))
    return remember(RedirectResponse(f"{visit.address}/{form}", 303), writer, visit.address)


@router.get("/{conversation}")
def read(visit: Visitor, conversation: ConversationToken, seen: Annotated[str, Query(max_length=100)] = "") -> Response:
    """One conversation; 204 if what the page has `seen` is all there is."""
    found = _found(visit, conversation)
    if seen == found.mark:
        return Response(status_code=204)
    return _conversation(visit, found)


@router.post("/{conversation}")
def add(
    visit: Visitor,
    conversation: ConversationToken,
    form: FormId,
    text: Annotated[str, Form(max_length=MAX_TEXT * 2)] = "",
    files: Annotated[Sequence[UploadFile], File()] = (),
) -> Response:
    """Go on with a conversation."""
    found = _found(visit, conversation)
    if wrong := _wrong(visit, text, files):
        return _conversation(visit, found, wrong[0], text=text, form=form, problem=wrong[1])
    _keep(visit, writer_of(visit.request), form, text, files, thread=found.thread)
    return RedirectResponse(f"{visit.address}/{conversation}#newest", 303)


@router.post("/{conversation}/rating")
def rate(
    visit: Visitor,
    conversation: ConversationToken,
    score: Annotated[int, Form(ge=1, le=5)],
    word: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """The answer to the one question after the end."""
    found = _found(visit, conversation)
    ask.answer(visit.uow, found.ticket_id or 0, score, word)
    return RedirectResponse(f"{visit.address}/{conversation}#rating", 303)


def _home(visit: Visit, status: int = 200, *, form: str | None = None, **given: str) -> Response:
    found = conversations.everything(visit.uow, visit.customer)
    shown = {"text": "", "problem": "", "steps": "", "environment": "", **given}
    return visit.page("support.html", status, conversations=found, form=form or uuid4().hex, **shown)


def _conversation(
    visit: Visit, found: conversations.Conversation, status: int = 200, *, form: str | None = None, **given: str
) -> Response:
    return visit.page(
        "support_conversation.html",
        status,
        asked=ask.ask(visit.uow, found.ticket_id) if found.ticket_id else None,
        conversation=found,
        files=conversations.files(visit.uow, found),
        form=form or uuid4().hex,
        **{"text": "", "problem": "", **given},
    )


def _found(visit: Visit, token: str) -> conversations.Conversation:
    found = conversations.one(visit.uow, visit.customer, token)
    if found is None:
        raise WrongLink
    return found


def _wrong(visit: Visit, text: str, files: Sequence[UploadFile]) -> tuple[int, str] | None:
    """(status, words) for what cannot be sent like this."""
    words = strings(visit.language)
    if not text.strip():
        return 422, words["error_empty"]
    if len(text) > MAX_TEXT:
        return 422, words["error_too_long"].format(limit=f"{MAX_TEXT:,}")
    if len(_chosen(files)) > MOST_FILES:
        return 422, words["error_too_many_files"].format(limit=MOST_FILES)
    pace: Pace = visit.request.app.state.pace
    if not pace.allows(visit.customer.support_token):
        return 429, words["error_too_often"]
    return None


def _chosen(files: Sequence[UploadFile]) -> list[UploadFile]:
    """What was chosen; a form without any sends one without a name."""
    return [one for one in files if one.filename]


def _keep(
    visit: Visit,
    writer: Writer,
    form: str,
    text: str,
    files: Sequence[UploadFile],
    thread: str | None,
    *,
    defect: bool = False,
) -> None:
    uow, customer = visit.uow, visit.customer
    sent = _chosen(files)
    named = tuple(
        {"name": clean(one.filename or "")[-200:], "media_type": one.content_type or "", "size": one.size or 0}
        for one in sent
    )
    ours = writer.email and staff.by_email(uow.db, writer.email)
    incoming = Incoming(
        door=conversations.DOOR,
        external_id=conversations.external_id(customer, form),
        place=conversations.place_of(customer),
        text=text.replace("\r\n", "\n").strip(),
        sent_at=uow.now(),
        author=Author(writer.name, None if ours else writer.email or None),
        thread=thread,
        customer=customer.key,
        files=named,
        raw={"defect": True} if defect else {},
    )
    message_id = receive(uow, incoming)
    if message_id is None:
        return
    for one, name in zip(sent, named, strict=True):
        content = one.file.read()
        messages.attach(
            uow.db,
            Attachment(
                message_id=message_id,
                name=str(name["name"]),
                media_type=str(name["media_type"])[:100],
                size=len(content),
                content=content,
            ),
        )
