"""What a week's digest is made from, read once: themes, voices, flags, bugs, what engineers said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from handlers.analysis.telling import trends, weeks
from handlers.analysis.telling.facts import Facts, Fix
from handlers.analysis.telling.weeks import Week
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, flags
from storage.accounts.customers import Customer
from storage.insights import bugs, reactions, themes, voices
from storage.insights.bugs import Bug
from storage.insights.reactions import Reaction
from storage.insights.themes import Theme
from storage.insights.voices import Voice
from storage.vocabulary import BUGS_DONE

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
STANDS_FOR = timedelta(weeks=8)
"""So long a theme stays quiet after engineers said that they know it."""


@dataclass(frozen=True)
class Gathered:
    """A week with everything that was known at its end."""

    week: Week
    themes: Mapping[int, Theme]
    customers: Mapping[int, Customer]
    bugs: Mapping[int, Sequence[Bug]]
    said: Mapping[int, Sequence[Reaction]]
    facts: Facts

    def renewing(self, customer_ids: frozenset[int], days: int) -> list[Customer]:
        """Those of the customers whose contract renews within so many days after the week."""
        first = self.week.later(1).monday
        last = first + timedelta(days=days)
        theirs = [self.customers[one] for one in sorted(customer_ids) if one in self.customers]
        return [one for one in theirs if isinstance(one.renewal_on, date) and first <= one.renewal_on <= last]


def week_called(uow: UnitOfWork, name: str) -> Week:
    """The week `2026-W46` in the team's time zone. Raises Refused if there is no such week."""
    try:
        return weeks.parse(name, uow.policy.time_zone)
    except ValueError:
        raise Refused(f"“{name}” is not a week; write it like 2026-W46.") from None


def gather(uow: UnitOfWork, week: Week) -> Gathered:
    """Everything, as far as it was known before the week's end."""
    known = {one.id or 0: one for one in themes.everything(uow.db)}
    heard = voices.between(uow.db, week.later(-trends.WEEKS_BEFORE).since, week.until)
    filed = _bugs(uow, week, known, heard)
    said = reactions.of_themes(uow.db, known, week.until)
    everyone = {one.id or 0: one for one in customers.everyone(uow.db)}
    standing = flags.during(uow.db, BEGINNING, week.until)
    facts = Facts(
        week=week,
        voices=heard,
        first=voices.first_heard(uow.db, week.until),
        last=voices.last_heard(uow.db, week.until),
        kinds={theme_id: one.kind for theme_id, one in known.items()},
        fixes=[*_fixes(filed, week), *_said_fixed(said)],
        worth={customer_id: one.contract_value for customer_id, one in everyone.items()},
        flagged=lambda customer, when: any(flag.customer_id == customer and flag.stood(when) for flag in standing),
        firsts=voices.first_reports(uow.db, week.until),
        ever_flagged={flag.customer_id for flag in standing},
        said={theme_id: last for theme_id, theirs in said.items() if (last := _last_word(theirs, week))},
    )
    return Gathered(week, known, everyone, filed, said, facts)


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


def _fixes(filed: Mapping[int, Sequence[Bug]], week: Week) -> list[Fix]:
    return [
        Fix(theme_id, bug.fixed_at, bug.version or "")
        for theme_id, theirs in filed.items()
        for bug in theirs
        if bug.state in BUGS_DONE and bug.fixed_at and bug.fixed_at < week.until
    ]


def _said_fixed(said: Mapping[int, Sequence[Reaction]]) -> list[Fix]:
    return [
        Fix(theme_id, one.at, one.version) for theme_id, theirs in said.items() for one in theirs if one.said == "fixed"
    ]


def _last_word(said: Sequence[Reaction], week: Week) -> str | None:
    """What stands: the last that was said, for eight weeks; a fix is told as such."""
    last = said[-1]
    return last.said if last.said != "fixed" and last.at > week.until - STANDS_FOR else None
