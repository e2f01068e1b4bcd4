"""Phrase: the model words a proposed bug better than the template does; without it the template's text stands."""

from collections.abc import Callable, Sequence
from typing import Any

from handlers import naming
from handlers.analysis.telling import names, quotes, reports, traced
from handlers.errors import Refused, Unavailable
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from prompts.ask import bug as asking
from prompts.ask.bug import BugAnswer
from storage.database import one_at_a_time
from storage.desk import history, tickets
from storage.desk.tickets import Ticket
from storage.insights import bugs, evidence, themes

READ_AT_MOST = 12


def question(uow: UnitOfWork, bug_id: int) -> dict[str, Any] | None:
    """What to ask the model of a proposed bug, without personal data and names; None when nobody needs to be asked."""
    bug = bugs.get(uow.db, bug_id)
    if bug.state != "proposed" or bug.origin != "rules":
        return None
    told = evidence.reports(uow.db, tickets.of_bug(uow.db, bug_id)[-READ_AT_MOST:])
    if not told:
        return None
    nameless = _nameless(uow, bug_id)
    theme = themes.get(uow.db, bug.theme_id).name if bug.theme_id is not None else None
    texts = [nameless(one.text) for one in told]
    asked = asking.question(
        texts, nameless(theme) if theme else None, naming.LANGUAGES.get(uow.policy.language, "English")
    )
    return {"system": asked.system, "user": asked.user, "told": [one.ticket_id for one in told]}


def consult(outside: Outside, asked: dict[str, Any]) -> dict[str, Any]:
    """The model's answer, or {"failed": why}: slow, down or nonsense loses nothing."""
    if outside.model is None:
        return {"failed": "no model is configured"}
    try:
        answer = outside.model.answer(BugAnswer, asked["system"], asked["user"])
        return {"answer": answer.model_dump(), "told": asked["told"]}
    except (Unavailable, Refused) as failure:
        return {"failed": str(failure)}


def phrase(uow: UnitOfWork, bug_id: int, outcome: dict[str, Any]) -> bool:
    """Take the model's words where nobody has written or filed meanwhile, each part only if the reports it names say so; else the
    template's stands. True if the text changed.
    """
    one_at_a_time(uow.db, f"bug-{bug_id}")
    bug = bugs.get(uow.db, bug_id)
    uow.db.refresh(bug)
    if "failed" in outcome:
        uow.record("bug_phrasing_failed", bug=bug_id, why=outcome["failed"])
        return False
    if bug.state != "proposed" or bug.origin != "rules":
        return False
    answer, nameless = BugAnswer.model_validate(outcome["answer"]), _nameless(uow, bug_id)
    told = {one.ticket_id: one.text for one in evidence.reports(uow.db, _asked(uow, outcome["told"]))}
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(answer.steps, 1))
    claims = {"title": answer.title, "happens": answer.happens, "expected": answer.expected, "steps": steps, "environment": answer.environment}  # fmt: skip
    sources: dict[str, list[int]] = {}
    refused: dict[str, str] = {}
    for name, claim in claims.items():
        named = getattr(answer.sources, "happens" if name == "title" else name)
        theirs = [outcome["told"][one - 1] for one in named if 0 < one <= len(outcome["told"])]
        theirs = [one for one in dict.fromkeys(theirs) if one in told]
        bare = "\n".join(answer.steps) if name == "steps" else claim
        strange = traced.untraced(bare, [told[one] for one in theirs], names=name == "environment")
        if claim and (not theirs or strange):
            refused[name] = strange or "no report says it"
            continue
        words = nameless(claim)
        setattr(bug, name, reports.title(words) if name == "title" else words)
        if claim:
            sources[name] = theirs
    if not sources:
        uow.record("bug_phrasing_failed", bug=bug_id, why="The reports do not say so.", refused=refused)
        return False
    bug.origin = "llm"
    uow.db.add(bug)
    uow.record("bug_phrased", bug=bug_id, sources=sources, refused=refused)
    return True


def sources(uow: UnitOfWork, bug_id: int) -> dict[str, list[int]]:
    """Part of the bug's text → the tickets in which the model read it; nothing where the template or a person worded it."""
    if bugs.get(uow.db, bug_id).origin != "llm":
        return {}
    phrased = next((one for one in history.named(uow.db, "bug_phrased") if one.detail.get("bug") == bug_id), None)
    found: dict[str, list[int]] = phrased.detail.get("sources", {}) if phrased else {}
    return found


def _asked(uow: UnitOfWork, ticket_ids: Sequence[int]) -> list[Ticket]:
    found = [uow.db.get(Ticket, one) for one in ticket_ids]
    return [one for one in found if one is not None]


def _nameless(uow: UnitOfWork, bug_id: int) -> Callable[[str], str]:
    """Takes personal data and everybody's name out of what goes to a model and of what comes back."""
    concerned = {one.customer_id for one in tickets.of_bug(uow.db, bug_id) if one.customer_id is not None}
    who = evidence.called(uow.db, sorted(concerned))
    ways = [way for one in who.companies for way in names.called(*one)]
    return lambda text: quotes.anonymous(text, names.mentioned(text, ways), who.people)
