"""Phrase: the model words a proposed bug better than the template does; without it the template's text stands."""

from collections.abc import Callable
from typing import Any

from handlers import naming
from handlers.analysis.telling import names, quotes, reports
from handlers.errors import Refused, Unavailable
from handlers.unit_of_work import Outside, UnitOfWork
from prompts.ask import bug as asking
from prompts.ask.bug import BugAnswer
from storage.database import one_at_a_time
from storage.desk import tickets
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
    return {"system": asked.system, "user": asked.user}


def consult(outside: Outside, asked: dict[str, Any]) -> dict[str, Any]:
    """The model's answer, or {"failed": why}: slow, down or nonsense loses nothing."""
    if outside.model is None:
        return {"failed": "no model is configured"}
    try:
        return {"answer": outside.model.answer(BugAnswer, asked["system"], asked["user"]).model_dump()}
    except (Unavailable, Refused) as failure:
        return {"failed": str(failure)}


def phrase(uow: UnitOfWork, bug_id: int, outcome: dict[str, Any]) -> bool:
    """Take the model's words where nobody has written or filed meanwhile. True if the text changed."""
    one_at_a_time(uow.db, f"bug-{bug_id}")
    bug = bugs.get(uow.db, bug_id)
    uow.db.refresh(bug)
    if "failed" in outcome:
        uow.record("bug_phrasing_failed", bug=bug_id, why=outcome["failed"])
        return False
    if bug.state != "proposed" or bug.origin != "rules":
        return False
    answer, nameless = BugAnswer.model_validate(outcome["answer"]), _nameless(uow, bug_id)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(answer.steps, 1))
    bug.title = reports.title(nameless(answer.title))
    bug.happens, bug.expected = nameless(answer.happens), nameless(answer.expected)
    bug.steps, bug.environment = nameless(steps), nameless(answer.environment)
    bug.origin = "llm"
    uow.db.add(bug)
    uow.record("bug_phrased", bug=bug_id)
    return True


def _nameless(uow: UnitOfWork, bug_id: int) -> Callable[[str], str]:
    """Takes personal data and everybody's name out of what goes to a model and of what comes back."""
    concerned = {one.customer_id for one in tickets.of_bug(uow.db, bug_id) if one.customer_id is not None}
    who = evidence.called(uow.db, sorted(concerned))
    ways = [way for one in who.companies for way in names.called(*one)]
    return lambda text: quotes.anonymous(text, names.mentioned(text, ways), who.people)
