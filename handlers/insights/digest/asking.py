"""Asking a model for a digest's sentences, and taking of its answer only what was counted."""

from collections.abc import Iterator, Sequence
from typing import Any

from handlers.analysis.telling import checking, names
from handlers.errors import Refused, Unavailable
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from prompts.ask import digest as asking
from prompts.ask.digest import DigestAnswer
from prompts.report import sentences
from prompts.report.shape import Theme
from storage.accounts import staff
from storage.insights import evidence

COUNTED = (
    "customers",
    "complaints",
    "unflagged_customers",
    "customers_before",
    "heard",
    "contract_value",
    "lead_weeks",
)
"""What the model is told of a theme, and may repeat."""


def question(themes: Sequence[Theme]) -> dict[str, Any]:
    """What to ask the model about these themes: their facts, without anybody's name."""
    asked = asking.question([{"id": int(one.id), "facts": "\n".join(_facts(one))} for one in themes])
    return {"system": asked.system, "user": asked.user}


def consult(outside: Outside, asked: dict[str, Any]) -> dict[str, str]:
    """The model's sentences by theme id; none when it is slow, down or answers nonsense."""
    if outside.model is None:
        return {}
    try:
        answer = outside.model.answer(DigestAnswer, asked["system"], asked["user"])
    except (Unavailable, Refused):
        return {}
    return {str(one.theme): one.sentence for one in answer.sentences}


def sentence_of(uow: UnitOfWork, one: Theme, written: str | None) -> tuple[str, str]:
    """The theme's sentence and who wrote it: `model` where its words hold nothing but facts, else `template`."""
    template = sentences.theme(one)
    if written is None:
        return template, "template"
    known = [template, one.title, *(bug.id for bug in one.bugs), *(bug.title for bug in one.bugs), one.fixed_in]
    words = [word for text in known for word in text.split()] + known
    why = checking.unfounded(written, _numbers(one, template), [word for word in words if word], _nobody(uow, one))
    if why is None:
        return " ".join(written.split()), "model"
    uow.record("digest_sentence_refused", theme=int(one.id), why=why)
    return template, "template"


def _facts(one: Theme) -> Iterator[str]:
    yield f"title: {one.title}"
    yield f"movement: {one.trend}"
    for name in COUNTED:
        if (value := getattr(one, name)) is not None:
            yield f"{name.replace('_', ' ')}: {value:g}"
    yield f"voices in the four weeks before, oldest first: {', '.join(map(str, one.before))}"
    if one.flagged_share is not None:
        yield f"share of complaints from flagged customers: {one.flagged_share:.0%}"
    if one.renewals.customers:
        soon = one.renewals
        yield f"{soon.customers} renew within {soon.days} days, {soon.contract_value:g} EUR a year"
    if one.fixed_in:
        yield f"fixed in: {one.fixed_in}"
    for bug in one.bugs:
        yield f"bug {bug.id}: {bug.state.replace('_', ' ')}"


def _numbers(one: Theme, template: str) -> list[float]:
    """Every number that may be said of a theme."""
    counted = [float(value) for name in COUNTED if (value := getattr(one, name)) is not None]
    soon = one.renewals
    share = [] if one.flagged_share is None else [round(one.flagged_share, 2), one.flagged_share]
    renewing = [soon.customers, soon.days, soon.contract_value] if soon.customers else []
    return [*counted, *one.before, *share, *renewing, *checking.numbers_in(template), *checking.numbers_in(one.title)]


def _nobody(uow: UnitOfWork, one: Theme) -> list[str]:
    """Names that no sentence may hold: of every company we serve and of ours, unless the theme's title has them."""
    companies = evidence.called(uow.db, []).companies
    ways = [way for name, _, domains in companies for way in names.called(name, domains=domains)]
    people = [member.name for member in staff.everyone(uow.db)]
    return [name for name in (*ways, *people) if len(name) > 2 and name.casefold() not in one.title.casefold()]
