"""What a verb may reach for: tables, clock, policy, understanding, and the work that follows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from handlers.analysis import business_hours, rotation
from handlers.analysis.meaning import glossary, joined
from handlers.analysis.meaning.glossary import Glossary
from handlers.analysis.meaning.memory import Memory
from handlers.errors import NotFound, Refused
from handlers.once import once
from handlers.outside import Embedder, Listener
from handlers.tracking import Wanted
from storage.database import Session
from storage.desk import history
from storage.desk.tickets import FIRST_NUMBER, Ticket
from storage.routing import levels, policy
from storage.routing.policy import Policy

Answer = TypeVar("Answer", bound=BaseModel)
TAKEN_BACK = timedelta(minutes=2)
"""How long undo is taken; it is shown for ten seconds, and a slow press on it is not refused."""


class Enqueue(Protocol):
    """Leaves a flow to be run once this transaction has committed; the same key is left once only."""

    def __call__(self, db: Session, flow: str, key: str, *args: Any, delay_seconds: float = 0) -> None: ...


@dataclass
class UnitOfWork:
    """One transaction of one verb. Whoever made it commits it."""

    db: Session
    clock: Callable[[], datetime]
    listener: Listener
    embedder: Embedder
    enqueue_in: Enqueue
    has_model: bool = False
    tracker: str = "local"
    tracker_trouble: str = ""
    """A sentence while the tracker is left alone because it failed again and again."""
    tracker_poll_seconds: float = 300.0
    tracker_pause_seconds: float = 60.0
    console_url: str = ""
    alert_ways: tuple[str, ...] = ()
    """How staff on call can be reached: `slack`, `webhook`; without either the console shows a banner."""
    mails: bool = False
    """Whether customers can be told by mail that there is an answer."""
    desk_place: str | None = None
    """The buffer channel's address (`slack:T1/C1`), where one card per ticket of the buffer queue is kept."""
    digest_place: str | None = None
    """Where the weekly digest is posted (`slack:T1/C2`)."""
    embedder_outside: str = ""
    """The name of the embedder that themes are made with, where it is asked outside, with no transaction open."""
    memory: Memory = field(default_factory=Memory)
    """The meanings of complaints told so far, kept between units of work so that nobody reads them all again."""

    def now(self) -> datetime:
        """The time, aware; simulated while a sample company is replayed."""
        return self.clock()

    @once
    def policy(self) -> Policy:
        """The company's decisions in force."""
        return policy.load(self.db)

    @once
    def has_levels(self) -> bool:
        """Whether the company has service levels."""
        return levels.any_in_force(self.db)

    @property
    def meant_by(self) -> str:
        """What made the vectors that themes are made with, as it is kept with each of them."""
        return joined.named(self.embedder_outside or self.embedder.name, self.glossary)

    @once
    def glossary(self) -> Glossary:
        """The product's areas and what goes wrong with them: what ships, with the company's own on top."""
        return glossary.with_own((policy.recall(self.db, "glossary") or {}).get("rows", ()))

    def written_at_the_end(self) -> AbstractContextManager[Any]:
        """While the block lasts, questions do not first write what was changed: one statement a row, at the commit."""
        return self.db.no_autoflush

    def hours(self) -> business_hours.Hours:
        """The team's opening hours."""
        return business_hours.parse(
            self.policy.time_zone,
            self.policy.opening,
            closed=frozenset(self.policy.closed),
            country=self.policy.holidays_country,
        )

    def on_duty(self, day: date | None = None) -> int | None:
        """The staff id of the listener whose turn it is, today or on a day; those who are away are passed over."""
        here = self.policy
        today = self.now().astimezone(ZoneInfo(here.time_zone)).date()
        if not here.rotation and not here.rotation_swaps:
            return None
        people = {*here.rotation, *here.rotation_swaps.values()}
        away = {one for one in people if self._away(one)} if day in (None, today) else set()
        starts = here.rotation_starts or today
        return rotation.on_duty(
            here.rotation, starts, here.rotation_days, day or today, swaps=here.rotation_swaps, away=away
        )

    def _away(self, staff_id: int) -> bool:
        kept = policy.recall(self.db, f"away:{staff_id}") or {}
        return bool(kept.get("until")) and datetime.fromisoformat(kept["until"]) > self.now()

    def next_news(self, severity: int, plan: str | None) -> datetime:
        """When the customer hears from us next: by severity and plan, in business hours, whoever asks."""
        factor = self.policy.next_news_plan_factor.get(plan or "", 1.0)
        minutes = self.policy.next_news_minutes.get(severity, 480) * factor
        return business_hours.promise(self.hours(), self.now(), minutes)

    def reference(self, ticket: Ticket) -> str:
        """What the customer may quote: `ES-1042`."""
        return self.reference_of(ticket.id or 0)

    def reference_of(self, ticket_id: int) -> str:
        """The same, where only the id is at hand."""
        return f"{self.policy.reference_prefix}-{FIRST_NUMBER + ticket_id}"

    def ticket(self, ticket_id: int) -> Ticket:
        """The ticket as it is now. Raises NotFound, a sentence for the person."""
        found = self.db.get(Ticket, ticket_id)
        if found is None:
            raise NotFound("There is no such ticket.")
        return found

    def enqueue_card(self, ticket_id: int) -> None:
        """The ticket changed: leave its clocks and the buffer channel's card to be brought up to date."""
        if self.desk_place or self.has_levels:
            self.enqueue("card_changed", f"card-{ticket_id}-{uuid4()}", ticket_id)

    def enqueue(self, flow: str, key: str, *args: Any, delay_seconds: float = 0) -> None:
        """Leave `flow(*args)` to be run after the commit, once per key."""
        self.enqueue_in(self.db, flow, key, *args, delay_seconds=delay_seconds)

    def tracker_fields(self) -> dict[str, str]:
        """What the tracker's own fields shall be for a new bug, unless somebody says otherwise."""
        return dict(policy.recall(self.db, f"tracker_fields:{self.tracker}") or {})

    def tracker_wanted(self) -> list[Wanted]:
        """What a new bug needs in the tracker, as it was last heard of."""
        kept = policy.recall(self.db, f"tracker_wanted:{self.tracker}") or {}
        return [Wanted.model_validate(one) for one in kept.get("fields", [])]

    def still_taken_back(self, at: datetime) -> None:
        """What was done at `at` may be taken back. Raises Refused once it is too long ago."""
        if self.now() - at > TAKEN_BACK:
            raise Refused("That is too long ago to be taken back.")

    def record(
        self,
        name: str,
        ticket_id: int | None = None,
        *,
        customer_id: int | None = None,
        by: int | None = None,
        theme_id: int | None = None,
        **detail: Any,
    ) -> history.Event:
        """Write down what happened, for the audit log and the theme's page. What has a `before` can be taken back."""
        event = history.Event(
            name=name,
            ticket_id=ticket_id,
            customer_id=customer_id,
            by=by,
            theme_id=theme_id,
            detail=detail,
            at=self.now(),
        )
        history.record(self.db, event)
        return event
