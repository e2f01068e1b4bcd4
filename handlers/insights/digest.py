"""Digest: a week in few, ranked themes with quotes and bugs, told once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.analysis.telling import names, quotes, trends, weeks
from handlers.analysis.telling.counting import Counted
from handlers.analysis.telling.facts import Facts, Fix
from handlers.analysis.telling.facts import Voice as Heard
from handlers.analysis.telling.weeks import Week
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from prompts.report import digest as words
from prompts.report import slack_digest
from prompts.report.shape import Digest as Shape
from storage.accounts import customers, flags, staff
from storage.desk import deliveries
from storage.desk.deliveries import Delivery
from storage.desk.tickets import FIRST_NUMBER
from storage.insights import bugs, digests, themes, voices
from storage.insights.bugs import Bug
from storage.insights.digests import Digest
from storage.insights.themes import Theme
from storage.insights.voices import Voice
from storage.vocabulary import BUGS_DONE

QUOTES = 3
OTHER_QUOTES = 5
CHOSEN_FROM = 30
"""Quotes are chosen among so many of a theme's newest complaints."""


def read(uow: UnitOfWork, week: str | None = None) -> dict[str, Any]:
    """The digest of a week as it was told, or as it would be told now. Without a week: the last that is over.

    Raises Refused if there is no such week.
    """
    name = week or weeks.containing(uow.now(), uow.policy.time_zone).later(-1).name
    told = digests.get(uow.db, name)
    return dict(told.content) if told else build(uow, name)


def build(uow: UnitOfWork, week: str) -> dict[str, Any]:
    """The digest's JSON for a week such as `2026-W46`, from what was told before that week's end. Nothing is kept."""
    wanted = _week(uow, week)
    known = {one.id or 0: one for one in themes.everything(uow.db)}
    heard = voices.between(uow.db, wanted.later(-trends.WEEKS_BEFORE).since, wanted.until)
    filed = _bugs(uow, wanted, known, heard)
    facts = _facts(uow, wanted, known, heard, filed)
    quoted = _Quoted(uow)
    told = {
        "week": wanted.name,
        "from": wanted.monday.isoformat(),
        "to": wanted.sunday.isoformat(),
        "url": f"{uow.console_url}/digests/{wanted.name}",
        "totals": {"messages": voices.messages_between(uow.db, wanted.since, wanted.until), **facts.totals()},
        "themes": [
            _theme(facts, one, known[one.theme_id].name, uow.console_url)
            | {
                "quotes": quoted.typical(facts.of_theme(one)),
                "bugs": [_bug(bug, wanted, uow.console_url) for bug in filed.get(one.theme_id, ())],
            }
            for one in facts.full
        ],
        "unasked_before": quoted.each(facts.requests)[:OTHER_QUOTES],
        "praise": quoted.each(facts.praise)[:OTHER_QUOTES],
        "nothing_new": facts.nothing_new,
    }
    return told | {"sentence": words.lead(Shape.model_validate(told))}


def tell(uow: UnitOfWork, week: str) -> list[int]:
    """Keep the week's digest and mean to post it, once. Ids of deliveries still to be said.

    Raises Refused for a week that is not over.
    """
    wanted = _week(uow, week)
    if wanted.until > uow.now():
        raise Refused(f"The week {wanted.name} is not over yet.")
    if digests.get(uow.db, wanted.name) is None:
        content = build(uow, wanted.name)
        row = Digest(week=wanted.name, content=content, created_at=uow.now(), sent_at=uow.now())
        if digests.keep(uow.db, row):
            uow.record("digest_told", week=wanted.name, themes=len(content["themes"]))
            _post(uow, wanted.name, content)
    meant = deliveries.by_key(uow.db, f"digest:{wanted.name}")
    return [meant.id] if meant and meant.id and meant.state == "pending" else []


def due(uow: UnitOfWork) -> str | None:
    """The week to tell now: the last one, from the policy's weekday and hour on, if nobody told it and anything was said."""
    policy = uow.policy
    local = uow.now().astimezone(ZoneInfo(policy.time_zone))
    last = weeks.containing(uow.now(), policy.time_zone).later(-1)
    day = last.later(1).monday + timedelta(days=policy.digest_weekday)
    if (local.date(), local.hour) < (day, policy.digest_hour) or digests.get(uow.db, last.name):
        return None
    started = voices.started_at(uow.db)
    return last.name if started and started < last.until else None


def _week(uow: UnitOfWork, name: str) -> Week:
    try:
        return weeks.parse(name, uow.policy.time_zone)
    except ValueError:
        raise Refused(f"“{name}” is not a week; write it like 2026-W46.") from None


def _post(uow: UnitOfWork, week: str, content: dict[str, Any]) -> None:
    if not uow.digest_place:
        return
    delivery = Delivery(
        key=f"digest:{week}",
        purpose="digest",
        audience="staff",
        door=uow.digest_place.partition(":")[0],
        place=uow.digest_place,
        text=slack_digest.summary(content),
        blocks=slack_digest.as_slack(content),
        created_at=uow.now(),
    )
    deliveries.intend(uow.db, delivery)


def _bugs(uow: UnitOfWork, week: Week, known: Mapping[int, Theme], heard: Sequence[Voice]) -> dict[int, list[Bug]]:
    """Bugs there were by the week's end, newest first, by the theme they or one of its tickets are linked to."""
    linked: dict[int, dict[int, Bug]] = {}
    by_ticket = {(voice.bug_id, voice.theme_id) for voice in heard if voice.bug_id and voice.theme_id}
    for bug in bugs.listed(uow.db):
        if bug.created_at >= week.until:
            continue
        own = known.get(bug.theme_id or 0)
        homes = {own.merged_into or own.id} if own else set()
        for theme_id in homes | {theme_id for bug_id, theme_id in by_ticket if bug_id == bug.id}:
            linked.setdefault(theme_id or 0, {})[bug.id or 0] = bug
    return {theme_id: list(theirs.values()) for theme_id, theirs in linked.items()}


def _facts(
    uow: UnitOfWork,
    week: Week,
    known: Mapping[int, Theme],
    heard: Sequence[Voice],
    filed: Mapping[int, Sequence[Bug]],
) -> Facts:
    standing = flags.during(uow.db, week.later(-trends.WEEKS_BEFORE).since, week.until)
    return Facts(
        week=week,
        voices=heard,
        first=voices.first_heard(uow.db, week.until),
        last=voices.last_heard(uow.db, week.until),
        kinds={theme_id: one.kind for theme_id, one in known.items()},
        fixes=[
            Fix(theme_id, bug.fixed_at)
            for theme_id, theirs in filed.items()
            for bug in theirs
            if bug.state in BUGS_DONE and bug.fixed_at and bug.fixed_at < week.until
        ],
        worth={one.id or 0: one.contract_value for one in customers.everyone(uow.db)},
        flagged=lambda customer, when: any(flag.customer_id == customer and flag.stood(when) for flag in standing),
    )


def _theme(facts: Facts, one: Counted, name: str, console_url: str) -> dict[str, Any]:
    return {
        "id": one.theme_id,
        "title": name,
        "kind": facts.kinds[one.theme_id],
        "trend": facts.trend(one),
        "customers": len(one.customer_ids),
        "complaints": len(one.ticket_ids),
        "unflagged_customers": one.unflagged,
        "flagged_share": one.flagged_share,
        "contract_value": facts.contract_value(one),
        "urgent": one.urgent,
        "before": list(one.before),
        "customers_before": one.customers_before,
        "first_heard": facts.first[one.theme_id].isoformat(),
        "url": f"{console_url}/themes/{one.theme_id}",
    }


def _bug(bug: Bug, week: Week, console_url: str) -> dict[str, Any]:
    """The bug as it stood at the week's end, as far as its dates tell."""
    state = bug.state
    if bug.filed_at and bug.filed_at >= week.until:
        state = "proposed"
    elif bug.fixed_at and bug.fixed_at >= week.until:
        state = "accepted"
    return {
        "id": bug.external_key or str(bug.id),
        "title": bug.title,
        "state": state,
        "url": bug.url or f"{console_url}/bugs/{bug.id}",
    }


class _Quoted:
    """Customers' own words, without anybody's name, each with the reference of its ticket."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.customers = {one.id: one for one in customers.everyone(uow.db)}
        self.companies = [way for one in self.customers.values() for way in names.called(one.name, domains=one.domains)]
        self.staff = [one.name for one in staff.everyone(uow.db)]

    def typical(self, told: Sequence[Heard]) -> list[dict[str, Any]]:
        """Up to three that stand for all and differ."""
        newest = told[-CHOSEN_FROM:]
        texts = self._texts(newest)
        said = [voice for voice in newest if voice.ticket_id in texts]
        known = voices.numbers(self.uow.db, [voice.ticket_id for voice in said])
        vectors = quotes.stacked([known.get(voice.ticket_id, b"") for voice in said])
        who = [voice.customer_id or -voice.ticket_id for voice in said]
        chosen = quotes.choose(vectors, who, [texts[voice.ticket_id] for voice in said], QUOTES)
        return [self._quote(said[place].ticket_id, texts) for place in chosen]

    def each(self, told: Sequence[Heard]) -> list[dict[str, Any]]:
        """One of each that says more than a greeting."""
        texts = self._texts(told)
        telling = [voice for voice in told if quotes.says_something(texts.get(voice.ticket_id, ""))]
        return [self._quote(voice.ticket_id, texts) for voice in telling]

    def _texts(self, told: Sequence[Heard]) -> dict[int, str]:
        said = voices.opening_words(self.uow.db, [voice.ticket_id for voice in told])
        people = voices.people_of(self.uow.db, {voice.customer_id for voice in told if voice.customer_id})
        texts: dict[int, str] = {}
        for voice in told:
            if voice.ticket_id not in said:
                continue
            words_, author = said[voice.ticket_id]
            own = self.customers.get(voice.customer_id)
            companies = [*self.companies, *(names.called(own.name, own.key, own.domains) if own else ())]
            people_named = [author, *self.staff, *people.get(voice.customer_id or 0, ())]
            text = quotes.excerpt(quotes.anonymous(words_[: quotes.READ], companies, people_named), voice.gist)
            if text.replace(quotes.NAME, "").strip(" .,!?…"):
                texts[voice.ticket_id] = text
        return texts

    def _quote(self, ticket_id: int, texts: dict[int, str]) -> dict[str, Any]:
        reference = f"{self.uow.policy.reference_prefix}-{FIRST_NUMBER + ticket_id}"
        return {"text": texts[ticket_id], "ticket": reference, "url": f"{self.uow.console_url}/tickets/{reference}"}
