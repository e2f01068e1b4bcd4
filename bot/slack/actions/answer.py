"""The reply modal: what it opens with, what is put into it, and what sending it off does."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bot.slack.blocks import pieces
from bot.slack.blocks.modals import Begun, reply_modal, typed
from bot.slack.blocks.pieces import Block, Shown
from bot.slack.house import House, Member
from handlers.desk import card, reply, stock, suggest
from handlers.desk.suggest import Suggestion
from handlers.unit_of_work import UnitOfWork
from prompts import card as card_words
from prompts import pressed
from prompts import slack as words
from prompts import sources as source_words
from storage.desk import stock as kept

MOST_STOCK = 30


def open_reply(uow: UnitOfWork, ticket_id: int) -> Block:
    """The reply modal, with what the writer has seen and a draft to begin with."""
    about = {"ticket": ticket_id, "seen": reply.newest_seen(uow, ticket_id), "press": uuid4().hex}
    draft = suggest.suggest(uow, ticket_id)
    about |= {"saved": draft.saved} if draft.saved else {}
    return shown(uow, about, Begun(draft.text, sources=_sources(uow, draft)))


def shown(uow: UnitOfWork, about: dict[str, Any], begun: Begun) -> Block:
    """The modal as it stands, with what can be put into it."""
    ticket = uow.ticket(about["ticket"])
    facts = card.facts(uow, ticket)
    known = {str(one.id): f"{one.name} ({one.language})" for one in kept.fitting(uow.db, ticket.language, MOST_STOCK)}
    said = "" if begun.news else card_words.quote(facts)
    full = Begun(begun.text, begun.news, begun.sources, known, begun.then, uow.has_model)
    return reply_modal(about, card_words.plain_name(facts), said, full)


async def put_in(house: House, body: dict[str, Any], member: Member, what: str, value: str) -> None:
    """A saved reply below what was written (in place of an untouched draft), or the model's words; the modal shows them."""
    view = body.get("view") or {}
    try:
        about = json.loads(view.get("private_metadata") or "")
        ticket_id, given = int(about["ticket"]), typed(view)
    except (ValueError, KeyError, TypeError):
        return house.later(house.tell(body, words.GONE))
    if what == "saved":
        number = int(value) if value.isdecimal() and len(value) < 10 else 0
        new = await house.run(_with_saved, about, given, member, number)
    else:
        asked = await house.run(suggest.question, ticket_id, member.id)
        written = await house.ask(suggest.consult, house.earshot.outside, asked)
        new = await house.run(_written, about, given, written)
    house.later(house.update(body, new))


def send(uow: UnitOfWork, about: dict[str, Any], given: dict[str, str], member: Member) -> Shown | None:
    """Mean it, and how to take it back. Raises Changed where the customer wrote meanwhile."""
    at = given.get("at", "")
    when = datetime.fromtimestamp(int(at), UTC) if at.isdecimal() and len(at) <= 10 else None
    then = given.get("then") or "waiting"
    _count_saved(uow, about, given.get("text", "").strip())
    planned = reply.plan(
        uow, about["ticket"], member.id, given.get("text", ""), seen=about["seen"], press=about["press"],
        waiting=then != "open", resolve=then == "resolve", at=when,
    )  # fmt: skip
    if planned.state != "planned" or planned.say_at <= uow.now():
        return None
    said = pressed.SENT_AT.format(at=words.moment(when)) if when else words.SENDING
    return Shown(said, [pieces.section(said, pieces.button(words.UNDO, f"undo_reply:{planned.id}", planned.id))])


def again(uow: UnitOfWork, about: dict[str, Any], given: dict[str, str], news: list[str]) -> Block:
    """The modal with what is new above the text that was being written."""
    return shown(uow, about, Begun(given.get("text", ""), news, then=given.get("then") or "waiting"))


def _with_saved(uow: UnitOfWork, about: dict[str, Any], given: dict[str, str], member: Member, number: int) -> Block:
    written = given.get("text", "").strip()
    text = stock.use(uow, member.id, about["ticket"], number)
    if written and written != suggest.suggest(uow, about["ticket"]).text.strip():
        text = f"{written}\n\n{text}"
    return _filled(uow, about, given, text, "")


def _count_saved(uow: UnitOfWork, about: dict[str, Any], text: str) -> None:
    """A saved reply that was suggested and is sent as it was is one that was of use."""
    draft = suggest.suggest(uow, about["ticket"]) if about.get("saved") else None
    if draft and draft.saved == about["saved"] and draft.text.strip() == text:
        stock.taken(uow, draft.saved)


def _written(uow: UnitOfWork, about: dict[str, Any], given: dict[str, str], written: Suggestion) -> Block:
    return _filled(uow, about, given, written.text, _sources(uow, written))


def _filled(uow: UnitOfWork, about: dict[str, Any], given: dict[str, str], text: str, sources: str) -> Block:
    filled = {**about, "filled": int(about.get("filled", 0)) + 1}
    return shown(uow, filled, Begun(text, sources=sources, then=given.get("then") or "waiting"))


def _sources(uow: UnitOfWork, draft: Suggestion) -> str:
    found = [(one.kind, one.name, uow.console_url + one.path) for one in draft.sources]
    return source_words.slack_line(found, draft.by_model)
