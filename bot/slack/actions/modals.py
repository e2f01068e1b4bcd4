"""Modals: what they open with, and what sending them off does."""

import json
from collections.abc import Callable
from typing import Any

from bot.slack.actions import answer, known, many, more
from bot.slack.blocks.did import Did, did_block, taken_back_by
from bot.slack.blocks.modals import bug_modal, fixed_modal, note_modal, refused, typed
from bot.slack.blocks.pieces import Block, Shown
from bot.slack.house import House, Member
from handlers.bugs import file, liken, propose
from handlers.desk import card, note
from handlers.errors import Changed, Refused
from handlers.insights import react
from handlers.unit_of_work import UnitOfWork
from prompts import card as card_words
from prompts import slack as words
from storage.insights import themes

Answer = dict[str, Any]


async def on_submit(house: House, body: dict[str, Any]) -> Answer | None:
    """One modal sent off: None closes it, else what Slack is to show instead."""
    view = body.get("view") or {}
    about, given = _about(view), typed(view)
    send = SENDS.get(str(view.get("callback_id")))
    member = await house.who(body)
    if member is None or send is None:
        return refused(view, words.NOT_STAFF if member is None else words.GONE)
    try:
        member.check("insights" if view.get("callback_id") == "fixed" else "desk")
        told = await house.run(send, about, given, member)
    except Changed as changed:
        seen = {**about, "seen": changed.seen}
        return {"response_action": "update", "view": await house.run(answer.again, seen, given, changed.news)}
    except Refused as refusal:
        return refused(view, str(refusal))
    if isinstance(told, dict):  # one thing more to be asked
        return {"response_action": "update", "view": where(told, {"channel": {"id": about["channel"]}})}
    if told:
        house.later(house.tell({**body, "channel": {"id": about["channel"]}}, told.text, told.blocks or None))
    return None


def open_note(uow: UnitOfWork, ticket_id: int) -> Block:
    """The modal of an internal note."""
    facts = card.facts(uow, uow.ticket(ticket_id))
    return note_modal({"ticket": ticket_id}, card_words.plain_name(facts))


def open_bug(uow: UnitOfWork, ticket_id: int) -> Block:
    """The modal of a bug: the proposed text, and which bug it may be already."""
    proposal = propose.draft_for(uow, ticket_id)
    facts = card.facts(uow, uow.ticket(ticket_id))
    existing = {
        str(one["bug_id"]): f"{one['title']} ({one['state']})"
        for one in liken.nearest_to(uow, ticket_id)
        if one["bug_id"]
    }
    text = {name: str(value) for name, value in proposal.items() if isinstance(value, str)}
    return bug_modal({"ticket": ticket_id}, card_words.plain_name(facts), text, existing)


def open_fixed(uow: UnitOfWork, theme_id: int) -> Block:
    """The modal that asks in which version a theme of a digest is fixed."""
    week = react.newest_week(uow, theme_id)
    return fixed_modal({"ticket": theme_id, "press": week}, themes.get(uow.db, theme_id).name)


def where(view: Block, body: dict[str, Any]) -> Block:
    """The modal, knowing the channel where it was asked for: what comes of it is told there."""
    about = json.loads(view["private_metadata"]) | {"channel": str((body.get("channel") or {}).get("id") or "")}
    return {**view, "private_metadata": json.dumps(about)}


OPENS: dict[str, Callable[[UnitOfWork, int], Block]] = {
    "reply": answer.open_reply,
    "note": open_note,
    "file_bug": open_bug,
    "fixed": open_fixed,
    "more": more.open_more,
    "customer": known.open_customer,
}


def _note(uow: UnitOfWork, about: Answer, given: dict[str, str], member: Member) -> Shown | None:
    did = taken_back_by(uow, note.note(uow, about["ticket"], member.id, given.get("text", "")))
    return Shown(words.NOTED, [did_block(did)] if did else [])


def _file(uow: UnitOfWork, about: Answer, given: dict[str, str], member: Member) -> Shown | None:
    existing = given.pop("existing", "new")
    if existing.isdecimal():
        file.link(uow, about["ticket"], int(existing), member.id)
        linked = Did(words.LINKED, action=f"relink:{about['ticket']}")
        return Shown(words.LINKED, [did_block(linked)])
    quotes = propose.draft_for(uow, about["ticket"])["quotes"]
    text, wait = {**given, "quotes": quotes}, uow.policy.undo_seconds
    bug_id = file.file_ticket(uow, about["ticket"], member.id, text, wait)
    return Shown(words.FILED, [did_block(Did(words.FILED, action=f"unfile:{bug_id}"))])


def _fixed(uow: UnitOfWork, about: Answer, given: dict[str, str], member: Member) -> Shown | None:
    react.react(uow, about["ticket"], member.id, about["press"], "fixed", given.get("version", ""))
    return Shown(words.THANKS_FOR_ANSWER)


SENDS: dict[str, Callable[[UnitOfWork, Answer, dict[str, str], Member], Shown | Block | None]] = {
    "reply": answer.send,
    "more": more.send,
    "note": _note,
    "file_bug": _file,
    "fixed": _fixed,
    "many": many.look,
    "many_sure": many.send,
}


def _about(view: dict[str, Any]) -> Answer:
    """What the modal is about, as we wrote it into it. Raises Refused if that is not what came back."""
    try:
        about = json.loads(view.get("private_metadata") or "{}")
        texts = {name: str(about.get(name, "")) for name in ("press", "channel", "chosen", "word")}
        return {
            "ticket": int(about["ticket"]),
            **{name: int(about.get(name, 0)) for name in ("seen", "filled", "saved")},
            **texts,
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("This modal is not one of ours.") from None
