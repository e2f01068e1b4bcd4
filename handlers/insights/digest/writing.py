"""Writing a digest: the JSON of a week, each sentence made from what was counted."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.analysis.telling.counting import Counted
from handlers.analysis.telling.weeks import Week, containing
from handlers.insights.digest.asking import sentence_of
from handlers.insights.digest.gathering import Gathered, gather, week_called
from handlers.insights.digest.quoting import Quoted
from handlers.unit_of_work import UnitOfWork
from prompts.report import digest as words
from prompts.report.sentences import helps
from prompts.report.shape import Digest as Shape
from prompts.report.shape import Theme as ThemeShape
from storage.desk import drafts, tickets
from storage.desk.drafts import Draft
from storage.desk.tickets import FIRST_NUMBER
from storage.insights import bugs, thanks, voices
from storage.insights.bugs import Bug
from storage.vocabulary import BUGS_DONE

OTHER_QUOTES = 5
RENEWAL_DAYS = 90
LEADS = 5
LEAST_LEAD = 1.0
"""Weeks: what flagged customers said some days earlier is no lead."""


def build(uow: UnitOfWork, week: str, written: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The digest's JSON for a week such as `2026-W46`, from what was told before that week's end. Nothing is kept.

    `written`: a model's sentences by theme id; one that says what was not counted gives way to the template's.
    """
    wanted = week_called(uow, week)
    known = gather(uow, wanted)
    facts, quoted = known.facts, Quoted(uow)
    told: dict[str, Any] = {
        "week": wanted.name,
        "from": wanted.monday.isoformat(),
        "to": wanted.sunday.isoformat(),
        "url": f"{uow.console_url}/digests/{wanted.name}",
        "totals": {"messages": voices.messages_between(uow.db, wanted.since, wanted.until), **facts.totals()},
        "themes": [_theme(uow, known, one, quoted, written or {}) for one in facts.full],
        "also": [_in_short(uow, known, one) for one in facts.rest],
        "unasked_before": quoted.each(facts.requests, _alone(known))[:OTHER_QUOTES],
        "fixed": _fixed(uow, wanted),
        "thanks": [
            {"name": one.name, "company": one.company, "bugs": one.fixed}
            for one in thanks.reporters(uow.db, wanted.since, wanted.until)
        ],
        "leads": _leads(uow, known),
        "praise": quoted.each(facts.praise, {one.ticket_id for one in facts.praise})[:OTHER_QUOTES],
        "shield": _shield(uow, known),
        "nothing_new": facts.nothing_new,
    }
    return told | {"sentence": words.lead(Shape.model_validate(told))}


def about(uow: UnitOfWork, theme_id: int) -> dict[str, Any] | None:
    """What one theme tells this week, as a digest would; None where nobody told of it in five weeks."""
    known = gather(uow, containing(uow.now(), uow.policy.time_zone))
    one = known.facts.one(theme_id) if theme_id in known.themes else None
    return _theme(uow, known, one, Quoted(uow), {}) if one else None


def _theme(
    uow: UnitOfWork, known: Gathered, one: Counted, quoted: Quoted, written: Mapping[str, str]
) -> dict[str, Any]:
    facts, theme_id = known.facts, one.theme_id
    lead = facts.lead(theme_id)
    renewing = known.renewing(one.customer_ids, RENEWAL_DAYS)
    filed = known.bugs.get(theme_id, ())
    told = {
        "id": theme_id,
        "title": known.themes[theme_id].name,
        "kind": facts.kinds[theme_id],
        "trend": facts.trend(one),
        "customers": len(one.customer_ids),
        "complaints": len(one.ticket_ids),
        "unflagged_customers": one.unflagged,
        "flagged_share": one.flagged_share,
        "contract_value": facts.contract_value(one),
        "renewals": {
            "customers": len(renewing),
            "days": RENEWAL_DAYS,
            "contract_value": sum(customer.contract_value for customer in renewing),
        },
        "urgent": one.urgent,
        "heard": one.heard,
        "before": list(one.before),
        "customers_before": one.customers_before,
        "first_heard": facts.first[theme_id].isoformat(),
        "lead_weeks": lead.weeks if lead else None,
        "lead_open": bool(lead and lead.others_at is None),
        "fixed_in": facts.fixed_in(theme_id),
        "was_fixed": facts.fixed_at(theme_id) is not None,
        "said": facts.said.get(theme_id, ""),
        "drafts_waiting": _waiting(uow, filed, known.week),
        "url": f"{uow.console_url}/themes/{theme_id}",
        "tickets": [_reference(uow, ticket_id) for ticket_id in one.ticket_ids],
        "quotes": quoted.typical(facts.of_theme(one), alone=len(facts.firsts.get(theme_id, {})) < 2),
        "bugs": [_bug(bug, known.week, uow.console_url) for bug in filed],
    }
    shape = ThemeShape.model_validate(told)
    sentence, by = sentence_of(uow, shape, written.get(str(theme_id)))
    return told | {"sentence": sentence, "written_by": by, "next": helps(shape)}


def _in_short(uow: UnitOfWork, known: Gathered, one: Counted) -> dict[str, Any]:
    return {
        "id": one.theme_id,
        "title": known.themes[one.theme_id].name,
        "trend": known.facts.trend(one),
        "customers": len(one.customer_ids),
        "complaints": len(one.ticket_ids),
        "said": known.facts.said.get(one.theme_id, ""),
        "url": f"{uow.console_url}/themes/{one.theme_id}",
    }


def _alone(known: Gathered) -> set[int]:
    """Tickets of themes that fewer than two customers ever told of."""
    return {
        voice.ticket_id
        for voice in known.facts.voices
        if voice.theme_id and len(known.facts.firsts.get(voice.theme_id, {})) < 2
    }


def _bug(bug: Bug, week: Week, console_url: str) -> dict[str, Any]:
    """The bug as it stood at the week's end, as far as its dates tell."""
    state = bug.state
    if bug.filed_at and bug.filed_at >= week.until:
        state = "proposed"
    elif bug.fixed_at and bug.fixed_at >= week.until:
        state = "accepted"
    told = {"id": bug.external_key or str(bug.id), "title": bug.title, "state": state}
    return told | {"url": bug.url or f"{console_url}/bugs/{bug.id}"} | _plans(bug, state)


def _plans(bug: Bug, state: str) -> dict[str, str]:
    """What is known of when and in which version; only what there is."""
    due = {"due_on": bug.due_on.isoformat()} if bug.due_on else {}
    return due | ({"version": bug.version} if bug.version and state in BUGS_DONE else {})


def _fixed(uow: UnitOfWork, week: Week) -> list[dict[str, Any]]:
    """Bugs fixed in the week: how many customers they concern, and at its end how many were told and how many waited."""
    done = []
    for bug in bugs.listed(uow.db):
        if bug.state not in BUGS_DONE or not bug.fixed_at or not week.since <= bug.fixed_at < week.until:
            continue
        concerned = {one.id or 0: one for one in tickets.of_bug(uow.db, bug.id or 0) if one.opened_at < week.until}
        told = [one for one in _news(uow, bug, week) if _told(one, week) and one.ticket_id in concerned]
        done.append(
            {
                "bug": bug.external_key or str(bug.id),
                "title": bug.title,
                "url": bug.url or f"{uow.console_url}/bugs/{bug.id}",
                "version": bug.version or "",
                "customers": len({one.customer_id for one in concerned.values()} - {None}),
                "told": len({concerned[one.ticket_id].customer_id for one in told} - {None}),
                "waiting": _waiting(uow, [bug], week),
                "tickets": [_reference(uow, one.ticket_id) for one in told],
            }
        )
    return done


def _news(uow: UnitOfWork, bug: Bug, week: Week) -> list[Draft]:
    """What customers shall hear of a fix, as far as it was drafted by the week's end."""
    return [one for one in drafts.of_bug(uow.db, bug.id or 0) if one.purpose == "fixed" and one.created_at < week.until]


def _told(draft: Draft, week: Week) -> bool:
    return draft.state == "approved" and draft.decided_at is not None and draft.decided_at < week.until


def _waiting(uow: UnitOfWork, filed: Sequence[Bug], week: Week) -> int:
    """Drafts that nobody had decided on by the week's end."""
    fixes = [bug for bug in filed if bug.state in BUGS_DONE]
    news = [one for bug in fixes for one in _news(uow, bug, week) if one.state != "along"]
    return sum(one.decided_at is None or one.decided_at >= week.until for one in news)


def _leads(uow: UnitOfWork, known: Gathered) -> list[dict[str, Any]]:
    """Themes of this week that flagged customers told of long before others, the longest first."""
    found: list[dict[str, Any]] = []
    for one in known.facts.ranked:
        lead = known.facts.lead(one.theme_id)
        if one.ticket_ids and lead and lead.weeks >= LEAST_LEAD:
            found.append(
                {
                    "id": one.theme_id,
                    "title": known.themes[one.theme_id].name,
                    "weeks": lead.weeks,
                    "open": lead.others_at is None,
                    "first": lead.flagged_at.isoformat(),
                    "others": lead.others_at.isoformat() if lead.others_at else None,
                    "url": f"{uow.console_url}/themes/{one.theme_id}",
                }
            )
    return sorted(found, key=lambda one: (one["open"], -one["weeks"], one["id"]))[:LEADS]


def _shield(uow: UnitOfWork, known: Gathered) -> dict[str, Any]:
    """What the buffer took in the week, and how much of it reached engineers after all: as a bug or as an alert."""
    taken = [voice for voice in known.facts.now if voice.queue == "buffer"]
    filed = {bug.id for bug in bugs.listed(uow.db) if bug.created_at < known.week.until}
    reached = [voice for voice in taken if voice.bug_id in filed or voice.band == "certain"]
    theirs = [voice.ticket_id for voice in taken]
    return {
        "tickets": len(taken),
        "customers": len({voice.customer_id for voice in taken} - {None}),
        "messages": voices.messages_of(uow.db, theirs, known.week.since, known.week.until),
        "to_engineers": len(reached),
        "url": f"{uow.console_url}/?view=buffer",
        "references": [_reference(uow, ticket_id) for ticket_id in theirs],
    }


def _reference(uow: UnitOfWork, ticket_id: int) -> str:
    return f"{uow.policy.reference_prefix}-{FIRST_NUMBER + ticket_id}"
