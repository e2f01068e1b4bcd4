"""Counting again: every number of a digest anew from the tickets, one by one, without the sums it was made with."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.analysis.telling.weeks import Week
from handlers.insights.digest.gathering import BEGINNING, week_called
from handlers.insights.digest.telling import read
from handlers.unit_of_work import UnitOfWork
from prompts.report import sentences
from prompts.report.shape import Digest
from storage.accounts import customers, flags, staff
from storage.accounts.flags import Flag
from storage.accounts.people import Person
from storage.desk import drafts, tickets
from storage.desk.tickets import FIRST_NUMBER, Ticket
from storage.insights import bugs, digests, thanks, voices
from storage.vocabulary import BUGS_DONE

Line = dict[str, Any]


def explain(uow: UnitOfWork, week: str | None = None) -> dict[str, Any]:
    """Each number of the week's digest as it was told, as it counts now, and the tickets behind it.

    `numbers`: {"what", "told", "counted", "tickets"}; `sentences`: what is said, with what it is said of; `agrees` is true
    when nothing differs. A digest told some time ago may differ: tickets were moved, merged or corrected since.
    """
    told = read(uow, week)
    again = _Again(uow, week_called(uow, told["week"]))
    numbers = [line for name, value in told["totals"].items() for line in again.total(name, value, told)]
    for number, theme in enumerate(told["themes"], 1):
        numbers += again.theme(f"theme {number} (“{theme['title']}”)", theme)
    for one in told.get("leads", ()):
        numbers.append(again.lead(f"lead (“{one['title']}”)", one["id"], one["weeks"]))
    for one in told.get("fixed", ()):
        numbers += again.fixed(one)
    numbers += [again.thanked(one) for one in told.get("thanks", ())]
    if told.get("shield"):
        numbers += again.shield(told["shield"])
    return {
        "week": told["week"],
        "told": digests.get(uow.db, told["week"]) is not None,
        "sentences": sentences.everything(Digest.model_validate(told)),
        "numbers": numbers,
        "agrees": all(one["told"] == one["counted"] for one in numbers),
    }


@dataclass
class _Again:
    """The tickets of a week and the four before, counted one by one."""

    uow: UnitOfWork
    week: Week

    def __post_init__(self) -> None:
        db = self.uow.db
        self.heard = sorted(
            tickets.opened_between(db, BEGINNING, self.week.until), key=lambda one: (one.opened_at, one.id)
        )
        self.now = [one for one in self.heard if one.opened_at >= self.week.since]
        self.flags: list[Flag] = flags.during(db, BEGINNING, self.week.until)
        everyone = customers.everyone(db)
        self.worth = {one.id: one.contract_value for one in everyone}
        self.called = {one.id: one.name for one in everyone}
        self.renewal = {one.id: one.renewal_on for one in everyone}

    def total(self, name: str, told: int, digest: Line) -> list[Line]:
        """One number of the totals; messages and what is only counted follow from others."""
        of: dict[str, Callable[[], Collection[Ticket]]] = {
            "tickets": lambda: self.now,
            "complaints": lambda: [one for one in self.now if one.complaint],
            "other_complaints": lambda: [
                one for one in self.now if one.theme_id in {rest["id"] for rest in digest.get("also", ())}
            ],
        }
        if name == "customers":
            known = [one for one in self.now if one.customer_id]
            return [self._line("total customers", told, len({one.customer_id for one in known}), known)]
        if name == "other_themes":
            rest = of["other_complaints"]()
            silent = [one for one in digest.get("also", ()) if one["trend"] == "fixed" and not one["complaints"]]
            counted = len({one.theme_id for one in rest}) + len(silent)
            return [self._line("total other themes", told, counted, rest)]
        if name == "messages":
            sent = voices.messages_between(self.uow.db, self.week.since, self.week.until)
            return [self._line("total messages", told, sent, [])]
        if name not in of:
            return []
        return [self._line(f"total {name.replace('_', ' ')}", told, len(of[name]()), of[name]())]

    def theme(self, what: str, told: Line) -> list[Line]:
        """Every number told of one theme."""
        theirs = [one for one in self.heard if one.theme_id == told["id"]]
        now = [one for one in theirs if one.opened_at >= self.week.since]
        known = {one.customer_id for one in now if one.customer_id}
        flagged = [one for one in now if one.customer_id and self._flagged(one.customer_id, one.opened_at)]
        weeks = [self.week.later(-back) for back in (4, 3, 2, 1)]
        before = [[one for one in theirs if week.since <= one.opened_at < week.until] for week in weeks]
        counted: dict[str, tuple[Any, list[Ticket]]] = {
            "complaints": (len(now), now),
            "customers": (len(known), now),
            "unflagged_customers": (len(known - {one.customer_id for one in flagged}), now),
            "flagged_share": (round(len(flagged) / len(now), 3) if now else None, flagged),
            "contract_value": (sum(self.worth.get(one, 0.0) for one in sorted(known)), now),
            "before": (
                [len({one.customer_id for one in some}) for some in before],
                [one for some in before for one in some],
            ),
            "customers_before": (len({one.customer_id for some in before for one in some}), []),
            "first_heard": (theirs[0].opened_at.isoformat() if theirs else None, theirs[:1]),
        }
        if "renewals" in told:
            first = self.week.later(1).monday
            last = first + timedelta(days=told["renewals"]["days"])
            soon = {one for one in known if (day := self.renewal.get(one)) and first <= day <= last}
            counted["renewals"] = (
                {
                    **told["renewals"],
                    "customers": len(soon),
                    "contract_value": sum(self.worth[one] for one in sorted(soon)),
                },
                now,
            )
        lines = [
            self._line(f"{what} {name.replace('_', ' ')}", told[name], *counted[name])
            for name in counted
            if name in told
        ]
        if told.get("lead_weeks") is not None:
            lines.append(self.lead(what, told["id"], told["lead_weeks"]))
        return lines

    def lead(self, what: str, theme_id: int, told: float) -> Line:
        """The weeks between the first report from a flagged customer and the first from somebody else."""
        ever = {flag.customer_id for flag in self.flags}
        theirs = [one for one in self.heard if one.theme_id == theme_id]
        first = next((one for one in theirs if one.customer_id in ever), None)
        other = next((one for one in theirs if one.customer_id not in ever), None)
        until = other.opened_at if other else self.week.until
        weeks = round((until - first.opened_at).total_seconds() / (7 * 24 * 3600), 1) if first else None
        return self._line(f"{what} lead in weeks", told, weeks, [one for one in (first, other) if one])

    def fixed(self, told: Line) -> list[Line]:
        """Whom a fix concerns, and to whom it was told by the week's end."""
        bug = next((one for one in bugs.listed(self.uow.db) if told["bug"] in (one.external_key, str(one.id))), None)
        theirs = [one for one in self.heard if bug and one.bug_id == bug.id]
        news = drafts.of_bug(self.uow.db, bug.id or 0) if bug else []
        sent = {
            one.ticket_id
            for one in news
            if (one.purpose, one.state) == ("fixed", "approved") and one.decided_at and one.decided_at < self.week.until
        }
        told_to = [one for one in theirs if one.id in sent]
        what = f"fixed bug {told['bug']}"
        return [
            self._line(
                f"{what}: customers", told["customers"], len({one.customer_id for one in theirs} - {None}), theirs
            ),
            self._line(
                f"{what}: customers told", told["told"], len({one.customer_id for one in told_to} - {None}), told_to
            ),
        ]

    def thanked(self, told: Line) -> Line:
        """How many of the bugs that were fixed in the week somebody told of; what a customer told counts for customers."""
        done = [one for one in bugs.listed(self.uow.db) if one.state in BUGS_DONE and one.fixed_at]
        fixed = {one.id: one for one in done if one.fixed_at and self.week.since <= one.fixed_at < self.week.until}
        by_ticket = [one for one in self.heard if one.bug_id in fixed and (one.person_id or one.customer_id)]
        theirs = [one for one in by_ticket if self._who(one) == (told["name"], told["company"])]
        found = {one.bug_id for one in theirs}
        if not told["company"]:
            reported, names = thanks.reported_by(self.uow.db), {one.id: one.name for one in staff.everyone(self.uow.db)}
            ours = {one: reported.get(one or 0, names.get(bug.filed_by, "")) for one, bug in fixed.items()}
            counted = {one.bug_id for one in by_ticket} - set(reported)
            found = {one for one, name in ours.items() if name == told["name"]} - counted
        return self._line(f"thanks to {told['name']}: bugs", told["bugs"], len(found), theirs)

    def _who(self, ticket: Ticket) -> tuple[str, str]:
        person = self.uow.db.get(Person, ticket.person_id) if ticket.person_id else None
        return (person and person.name) or "Somebody", self.called.get(ticket.customer_id, thanks.UNKNOWN)

    def shield(self, told: Line) -> list[Line]:
        """What the buffer took."""
        taken = [one for one in self.now if one.queue == "buffer"]
        filed = {bug.id for bug in bugs.listed(self.uow.db) if bug.created_at < self.week.until}
        reached = [one for one in taken if one.bug_id in filed or one.band == "certain"]
        return [
            self._line("buffer tickets", told["tickets"], len(taken), taken),
            self._line("buffer customers", told["customers"], len({one.customer_id for one in taken} - {None}), taken),
            self._line("buffer tickets that reached engineers", told["to_engineers"], len(reached), reached),
        ]

    def _flagged(self, customer_id: int, when: datetime) -> bool:
        return any(flag.customer_id == customer_id and flag.stood(when) for flag in self.flags)

    def _line(self, what: str, told: Any, counted: Any, behind: Collection[Ticket]) -> Line:
        prefix = self.uow.policy.reference_prefix
        references = [f"{prefix}-{FIRST_NUMBER + (one.id or 0)}" for one in behind]
        return {"what": what, "told": told, "counted": counted, "tickets": references}
