"""`/messages`: what customers wrote, handed in by a program, and what became of it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Header, HTTPException, Path
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, field_validator
from starlette.responses import Response

from bot.web.api.keys import Key, place_of
from bot.web.api.shapes import EARLIEST, MessageOut, Reply, plain, problems
from bot.web.needs import Work
from handlers.errors import NotFound
from handlers.intake.receive import MAX_TEXT, Author, Incoming, receive
from handlers.unit_of_work import UnitOfWork
from prompts.pages import stage
from storage.accounts import access
from storage.accounts.access import Answered, ApiKey
from storage.database import one_at_a_time
from storage.desk import messages, tickets
from storage.desk.messages import Message

router = APIRouter(tags=["messages"])

Name = Annotated[str, StringConstraints(max_length=200), AfterValidator(plain)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(plain)]
Email = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^@\s]+@[^@\s]+$"), AfterValidator(plain)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        description="The same key with the same body gets the same answer again; with another body it is refused.",
    ),
]


class MessageIn(BaseModel):
    """One message, as in a line of `earshot ingest`. Fields that we do not know are ignored."""

    customer: Id | None = Field(default=None, description="The customer's key. May be left out where `email` says it.")
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]
    author: Name = ""
    email: Email | None = None
    sent_at: datetime | None = Field(default=None, description="ISO 8601; UTC if it names no zone; now if left out.")
    external_id: Id | None = Field(default=None, description="What your side calls it: the same one is kept once.")
    thread: Id | None = Field(default=None, description="What your side calls the conversation.")
    channel: Name = ""

    @field_validator("text")
    @classmethod
    def _says_something(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("says nothing")
        return text

    @field_validator("sent_at")
    @classmethod
    def _in_a_zone(cls, moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if not EARLIEST < aware.replace(tzinfo=UTC) < datetime(2200, 1, 1, tzinfo=UTC):
            raise ValueError("is too long ago or too far away")
        return aware.astimezone(UTC)


class Accepted(BaseModel):
    """It is kept. `ticket` once it is known to which it belongs."""

    id: int
    ticket: str | None = None


@router.post("/messages", status_code=202, response_model=Accepted, responses=problems(400, 401, 413, 422))
def hand_in(body: MessageIn, key: Key, uow: Work, idempotency_key: IdempotencyKey = None) -> Response:
    """Keep a message; it is answered and worked on after this answer."""
    asked = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    if idempotency_key is not None:
        one_at_a_time(uow.db, f"answer:{key.id}:{idempotency_key}")
        if known := access.answered(uow.db, key.id or 0, idempotency_key):
            if known.request_digest != asked:
                raise HTTPException(422, "This Idempotency-Key was used with another body.")
            return Response(known.body, known.status, media_type="application/json")
    answer = _keep(uow, key, body)
    text = json.dumps(answer.model_dump())
    if idempotency_key is not None:
        access.keep_answer(
            uow.db,
            Answered(
                key_id=key.id or 0,
                idempotency_key=idempotency_key,
                request_digest=asked,
                status=202,
                body=text,
                created_at=uow.now(),
            ),
        )
    return Response(text, 202, media_type="application/json")


def _keep(uow: UnitOfWork, key: ApiKey, body: MessageIn) -> Accepted:
    if not (body.customer or body.email or body.author):
        raise HTTPException(422, "Say who wrote: a customer, an email or an author.")
    now = uow.now()
    if body.sent_at and body.sent_at > now + timedelta(days=1):
        raise HTTPException(422, "sent_at lies in the future.")
    external_id = f"{key.source}/{body.external_id or uuid4().hex}"
    incoming = Incoming(
        door="api",
        external_id=external_id,
        place=place_of(key, body.customer or body.email or body.author, body.channel),
        text=body.text,
        sent_at=min(body.sent_at or now, now),
        author=Author(body.author, body.email),
        thread=f"{key.source}/{body.thread}" if body.thread else None,
        customer=body.customer,
        raw={"source": key.source},
    )
    new_id = receive(uow, incoming)
    if new_id is not None:
        return Accepted(id=new_id)
    before = messages.by_external_id(uow.db, "api", external_id)
    assert before is not None
    return Accepted(id=before.id or 0, ticket=_reference(uow, before))


@router.get("/messages/{message_id}", responses=problems(401, 404, 422))
def read(message_id: Annotated[int, Path(ge=1, lt=2**31)], key: Key, uow: Work) -> MessageOut:
    """What became of a message that this key handed in."""
    message = uow.db.get(Message, message_id)
    if message is None or message.door != "api" or not message.place.startswith(place_of(key)):
        raise NotFound("There is no such message.")
    ticket = tickets.get(uow.db, message.ticket_id) if message.ticket_id else None
    status = "received" if message.triaged_at is None else "kept"
    return MessageOut(
        id=message_id,
        external_id=message.external_id.partition("/")[2],
        status=stage(ticket.state, claimed=ticket.assignee_id is not None) if ticket else status,  # type: ignore[arg-type]
        ticket=_reference(uow, message),
        replies=[Reply.of(one) for one in messages.of_ticket(uow.db, message.ticket_id) if one.direction == "out"]
        if message.ticket_id
        else [],
    )


def _reference(uow: UnitOfWork, message: Message) -> str | None:
    return uow.reference(tickets.get(uow.db, message.ticket_id)) if message.ticket_id else None
