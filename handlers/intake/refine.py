"""Refine: the model's second look. It may correct the ticket and have it routed again; it never acknowledges."""

from typing import Any, cast

from handlers.analysis import redaction
from handlers.analysis.reading import product
from handlers.analysis.telling import marks, quotes
from handlers.errors import Refused, Unavailable
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from prompts.ask import triage as asking
from prompts.ask.triage import Example, Guess, TriageAnswer
from storage.desk import history, messages, tickets
from storage.insights import evidence
from storage.vocabulary import Emergency, Kind, Severity

FIELDS = ("language", "kind", "complaint", "sentiment", "severity", "gist")
EXAMPLES = 8
UNSURE = 0.5
"""Below this confidence a kind is shown as unsure."""
LONGEST = 8000
"""Characters of a conversation that a model is shown."""


def ask_later(uow: UnitOfWork, ticket_id: int) -> None:
    """Leave the question for the model, once, where there is one to ask."""
    if tickets.get(uow.db, ticket_id).refinement == "waiting":
        uow.enqueue("ticket_asked", f"asked-{ticket_id}", ticket_id)


def question(uow: UnitOfWork, ticket_id: int) -> dict[str, Any] | None:
    """What to ask the model, personal data, secrets and people's names removed; None when nobody needs to be asked."""
    ticket = tickets.get(uow.db, ticket_id)
    if ticket.refinement != "waiting":
        return None
    said = [one.text for one in messages.of_ticket(uow.db, ticket_id) if one.direction == "in" and not one.deleted_at]
    guess = Guess(
        language=ticket.language,
        kind=cast(Kind, ticket.kind),
        complaint=ticket.complaint,
        severity=cast(Severity, ticket.severity),
        emergency=cast(Emergency | None, ticket.emergency),
        areas=tuple(product.called(uow.glossary, ticket.extra.get("areas", ()), "en")),
    )
    who = evidence.called(uow.db, [ticket.customer_id] if ticket.customer_id else [])
    authors = {one.author for one in messages.of_ticket(uow.db, ticket_id) if one.author}
    words = quotes.anonymous("\n\n".join(said)[:LONGEST], (), [*who.people, *authors])
    asked = asking.question(words, guess, _examples(uow))
    return {"system": asked.system, "user": asked.user}


def _examples(uow: UnitOfWork) -> list[Example]:
    """What people put right last, newest first, one a ticket, as the tickets stand now."""
    corrected = {one.ticket_id: one.text for one in reversed(history.corrections(uow.db))}
    newest = [(text, tickets.get(uow.db, ticket_id)) for ticket_id, text in list(corrected.items())[:EXAMPLES]]
    return [
        Example(
            text=redaction.redact(text[:600]), kind=cast(Kind, ticket.kind), severity=cast(Severity, ticket.severity)
        )
        for text, ticket in newest
    ]


def consult(outside: Outside, asked: dict[str, Any]) -> dict[str, Any]:
    """The model's answer, or {"failed": why}: slow, down or nonsense delays and loses nothing."""
    if outside.model is None:
        return {"failed": "no model is configured"}
    try:
        return {"answer": outside.model.answer(TriageAnswer, asked["system"], asked["user"]).model_dump()}
    except (Unavailable, Refused) as failure:
        return {"failed": str(failure)}


def refine(uow: UnitOfWork, ticket_id: int, outcome: dict[str, Any]) -> bool:
    """Take the model's word where no person has spoken. True if something changed that routing may depend on."""
    tickets.hold(uow.db, ticket_id)
    ticket = tickets.get(uow.db, ticket_id)
    if ticket.refinement == "done":
        return True  # met again after a crash: what follows may not have happened yet
    if "failed" in outcome:
        ticket.refinement = "failed"
        uow.db.add(ticket)
        uow.record("refinement_failed", ticket_id, why=outcome["failed"])
        return False
    answer = TriageAnswer.model_validate(outcome["answer"])
    origins, confidences = dict(ticket.origins), dict(ticket.confidences)
    changed: dict[str, Any] = {}
    for name in FIELDS:
        value = marks.without_marks(answer.gist) or ticket.gist if name == "gist" else getattr(answer, name)
        if origins.get(name) == "person":
            continue
        if getattr(ticket, name) != value:
            changed[name] = value
            setattr(ticket, name, value)
        origins[name] = "llm"
        confidences[name] = getattr(answer.confidence, name)
    if answer.emergency != "none" and ticket.band == "none" and origins.get("emergency") != "person":
        changed["band"] = "possible"
        ticket.emergency, ticket.band, ticket.emergency_reason = answer.emergency, "possible", "the model's reading"
    ticket.origins, ticket.confidences, ticket.refinement = origins, confidences, "done"
    ticket.unsure = confidences.get("kind", 1.0) < UNSURE
    uow.db.add(ticket)
    if changed:
        uow.record("refined", ticket_id, **changed)
    return bool(changed)
