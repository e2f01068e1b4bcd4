"""Refine: the model's second look. It may correct the ticket and have it routed again; it never acknowledges."""

from typing import Any

from handlers.analysis import redaction
from handlers.errors import Refused, Unavailable
from handlers.unit_of_work import Outside, UnitOfWork
from prompts.ask.triage import TriageAnswer, triage_prompt
from storage.desk import history, messages, tickets

FIELDS = ("language", "kind", "complaint", "sentiment", "severity", "gist")
EXAMPLES = 8


def question(uow: UnitOfWork, ticket_id: int) -> dict[str, Any] | None:
    """What to ask the model, personal data and secrets removed; None when nobody needs to be asked."""
    ticket = tickets.get(uow.db, ticket_id)
    if ticket.refinement != "waiting":
        return None
    said = [one.text for one in messages.of_ticket(uow.db, ticket_id) if one.direction == "in" and not one.deleted_at]
    examples = [
        {"text": redaction.redact(one.text)[:300], "field": one.field, "value": one.value}
        for one in history.corrections(uow.db)[-EXAMPLES:]
    ]
    system, user = triage_prompt(
        text=redaction.redact("\n\n".join(said)[:8000]),
        guess={"language": ticket.language, "kind": ticket.kind, "severity": ticket.severity},
        examples=examples,
    )
    return {"system": system, "user": user}


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
    ticket = tickets.get(uow.db, ticket_id)
    if "failed" in outcome:
        ticket.refinement = "failed"
        uow.db.add(ticket)
        uow.record("refinement_failed", ticket_id, why=outcome["failed"])
        return False
    answer = TriageAnswer.model_validate(outcome["answer"])
    origins, confidences = dict(ticket.origins), dict(ticket.confidences)
    changed = {}
    for name in FIELDS:
        value = getattr(answer, name)
        if origins.get(name) == "person":
            continue
        if getattr(ticket, name) != value:
            changed[name] = value
            setattr(ticket, name, value)
        origins[name] = "llm"
        confidences[name] = answer.confidence.get(name, 0.8)
    if answer.emergency and ticket.band == "none":
        changed["band"] = "possible"
        ticket.emergency, ticket.band, ticket.emergency_reason = answer.emergency, "possible", "the model's reading"
    ticket.origins, ticket.confidences, ticket.refinement = origins, confidences, "done"
    ticket.unsure = confidences.get("kind", 1.0) < 0.5
    uow.db.add(ticket)
    if changed:
        uow.record("refined", ticket_id, **changed)
    return bool(changed)
