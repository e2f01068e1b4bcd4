"""Suggest: words for the listener to begin with, in the customer's language, and what they come from. Nothing is kept, nothing is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers import blanks
from handlers.analysis import lexical
from handlers.analysis.redaction import redact
from handlers.analysis.wording.founded import unfounded
from handlers.errors import Refused, Unavailable
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from prompts import render
from prompts import sources as words
from prompts.ask import reply as asking
from prompts.ask.reply import ReplyAnswer, Turn
from storage.desk import messages, stock, tickets
from storage.desk.stock import SavedReply
from storage.desk.tickets import Ticket
from storage.insights import bugs, themes
from storage.insights.bugs import Bug
from storage.insights.themes import Theme

ALIKE = 0.35
"""How near a saved reply must be to what was asked to be suggested (cosine of `lexical` vectors)."""
LOOKED_AT = 30
NO_MODEL = "No model is connected that could write."
NOT_NOW = "The model does not answer just now. The suggestion stands."
INVENTED = "The model wrote of something nobody told it ({what}). The suggestion stands."


@dataclass(frozen=True)
class Source:
    """Something that a suggestion comes from: its `kind` (a name in `prompts.sources`), what it is called, its path in the console."""

    kind: str
    name: str
    path: str
    id: int = 0


@dataclass(frozen=True)
class Suggestion:
    """Words to begin with. `by_model` where a model wrote them."""

    text: str
    sources: tuple[Source, ...] = ()
    by_model: bool = False

    @property
    def saved(self) -> int:
        """The id of the saved reply among its sources, 0 for none."""
        return next((one.id for one in self.sources if one.kind == "saved"), 0)


@dataclass(frozen=True)
class Known:
    """What there is to answer with; of each only what is there."""

    ticket: Ticket
    earlier: list[Ticket]
    theme: Theme | None
    bug: Bug | None
    saved: SavedReply | None


def suggest(uow: UnitOfWork, ticket_id: int, staff_id: int | None = None) -> Suggestion:
    """A draft from what was said, the theme's known answer, the bug's state and what we usually say."""
    known = _known(uow, uow.ticket(ticket_id))
    ticket, theme, bug, saved = known.ticket, known.theme, known.bug, known.saved
    if theme or bug or ticket.kind == "praise":
        saved = None
    usual = blanks.fill(uow, ticket, staff_id, saved.text) if saved else None
    sources = _sources(uow, known, saved)
    if usual and saved and "{name}" in saved.text:
        return Suggestion(usual, sources)
    text = render.say(
        "suggested_reply",
        ticket.language,
        gist=ticket.gist,
        kind=ticket.kind,
        name=blanks.first_name(uow, ticket),
        earlier=[uow.reference(one) for one in known.earlier],
        known_answer=theme.answer if theme else usual,
        bug_state=bug.state if bug else None,
        workaround=bug.workaround if bug else None,
    )
    return Suggestion(text, sources)


def question(uow: UnitOfWork, ticket_id: int, staff_id: int) -> dict[str, Any]:
    """What a model is to be asked, personal data taken out. Raises Refused where there is no model."""
    if not uow.has_model:
        raise Refused(NO_MODEL)
    known = _known(uow, uow.ticket(ticket_id))
    said = [one for one in messages.of_ticket(uow.db, ticket_id) if one.deleted_at is None and one.text.strip()]
    turns = [Turn(redact(one.text), ours=one.direction == "out") for one in said]
    facts = [redact(one) for one in _facts(uow, known, staff_id)]
    asked = asking.question(turns, known.ticket.language, facts)
    sources = [vars(one) for one in _sources(uow, known, known.saved)]
    return {"system": asked.system, "user": asked.user, "sources": sources}


def consult(outside: Outside, asked: dict[str, Any]) -> Suggestion:
    """What the model wrote. Raises Refused, in words, where it does not answer or states what it was not given."""
    if outside.model is None:
        raise Refused(NO_MODEL)
    try:
        text = outside.model.answer(ReplyAnswer, asked["system"], asked["user"]).text
    except (Unavailable, Refused):
        raise Refused(NOT_NOW) from None
    if invented := unfounded(text, asked["user"]):
        raise Refused(INVENTED.format(what=invented[0][:40]))
    return Suggestion(text, tuple(Source(**one) for one in asked["sources"]), by_model=True)


def _known(uow: UnitOfWork, ticket: Ticket) -> Known:
    theme = themes.get(uow.db, ticket.theme_id) if ticket.theme_id else None
    bug = bugs.get(uow.db, ticket.bug_id) if ticket.bug_id else None
    return Known(
        ticket=ticket,
        earlier=_earlier(uow, ticket),
        theme=theme if theme and theme.answer else None,
        bug=bug if bug and bug.state != "proposed" else None,
        saved=_usual(uow, ticket),
    )


def _sources(uow: UnitOfWork, known: Known, saved: SavedReply | None) -> tuple[Source, ...]:
    reference = uow.reference(known.ticket)
    found = [Source("conversation", reference, f"/tickets/{reference}#talk")]
    found += [Source("earlier", one, f"/tickets/{one}") for one in map(uow.reference, known.earlier[-3:])]
    if known.theme:
        found.append(Source("answer", known.theme.name, f"/themes/{known.theme.id}"))
    if known.bug:
        found.append(Source("bug", known.bug.title, f"/bugs/{known.bug.id}"))
    if saved:
        found.append(Source("saved", saved.name, f"/replies#reply-{saved.id}", saved.id or 0))
    return tuple(found)


def _facts(uow: UnitOfWork, known: Known, staff_id: int) -> list[str]:
    bug, saved = known.bug, known.saved
    earlier = ", ".join(map(uow.reference, known.earlier))
    found = [words.EARLIER.format(earlier)] if earlier else []
    if known.theme and known.theme.answer:
        found.append(known.theme.answer)
    if bug:
        found.append(words.STATES[bug.state])
        found += [words.WORKAROUND.format(bug.workaround)] if bug.workaround else []
        found += [words.DUE.format(bug.due_on)] if bug.due_on and bug.fixed_at is None else []
    if saved:
        found.append(words.SAVED.format(blanks.fill(uow, known.ticket, staff_id, saved.text)))
    return found


def _usual(uow: UnitOfWork, ticket: Ticket) -> SavedReply | None:
    """The saved reply in the customer's language that is nearest to what they asked, if it is near."""
    kept = [one for one in stock.fitting(uow.db, ticket.language, LOOKED_AT) if one.language == ticket.language]
    if not kept or not ticket.gist:
        return None
    newest = messages.last_from_customer(uow.db, ticket.id or 0)
    asked = [ticket.gist, *([newest.text[:500]] if newest and newest.text.strip() else [])]
    nearness = _nearness(asked, kept)
    best = max(range(len(kept)), key=lambda place: nearness[place])
    return kept[best] if nearness[best] >= ALIKE else None


def _nearness(asked: Sequence[str], kept: Sequence[SavedReply]) -> list[float]:
    """Of each kept reply, by its name or by all of its words, to what is nearest of what was asked."""
    told = lexical.vectors([*(one.name for one in kept), *(f"{one.name}. {one.text}" for one in kept)])
    near = lexical.similarity(lexical.vectors(asked), told).max(axis=0)
    return [float(max(near[place], near[place + len(kept)])) for place in range(len(kept))]


def _earlier(uow: UnitOfWork, ticket: Ticket) -> list[Ticket]:
    """What the same customer reported before on the same theme, oldest first."""
    if ticket.customer_id is None or ticket.theme_id is None:
        return []
    theirs = tickets.of_customer(uow.db, ticket.customer_id, limit=50)
    return [one for one in reversed(theirs) if one.theme_id == ticket.theme_id and (one.id or 0) < (ticket.id or 0)]
