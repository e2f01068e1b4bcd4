"""Customers who tell of one defect in three languages, each in a thread of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from bot.engine import Inline
from bot.wiring import Earshot
from handlers.bugs import propose
from handlers.outside import Intent, Outside, Profile
from handlers.tracking import Fetched, FiledBug, News, Wanted
from storage.accounts import customers, people, staff
from storage.accounts.customers import Customer
from storage.accounts.people import Person
from storage.accounts.staff import Staff
from storage.desk import drafts, messages, tickets
from storage.desk.drafts import Draft
from storage.desk.messages import Message
from storage.desk.tickets import Ticket
from storage.insights import bugs, themes
from storage.insights.bugs import Bug
from storage.insights.themes import Theme
from tests.conftest import Clock

REPORTS = [
    ("harborline", "Harborline Freight Ltd", "Derek Pyle", "en", "The CSV export hangs at 90 % when I export a large report."),
    ("brightleaf", "Brightleaf Clinics", "Jocelyn Adair", "en", "Export of the monthly report stops at 90 percent in Chrome 120."),
    ("northfell", "North Fell Outdoor", "Sade Okafor", "en", "Hi, this is Sade from North Fell Outdoor. The export never ends."),
    ("vantage", "Vantage Ridge Capital", "Raj Menon", "en", "Exporting gets stuck near the end, every single time."),
    ("vindeby", "Vindeby Pumps A/S", "Mette Holm", "en", "CSV export is stuck again. Call me on +45 20 12 34 56."),
    ("casanoria", "Casa Noria Hoteles", "Lourdes Bermejo", "es", "La exportación a CSV se queda colgada al 90 %."),
    ("pampa", "Pampa Granos S.A.", "Facundo Iriarte", "es", "No puedo exportar el informe: se bloquea al final."),
    ("lumbre", "Lumbre Energía", "Paola Rentería", "es", "Cuando exporto el informe grande, la exportación no termina."),
    ("mitsumori", "三ツ森精機", "佐伯 直樹", "ja", "CSVエクスポートが90%で止まります。"),
    ("hoshizora", "星空トラベル", "大西 亮", "ja", "星空トラベルの大西です。レポートのエクスポートが終わりません。"),
    ("kotonoha", "ことのは学習塾", "早川 みどり", "ja", "エクスポートすると途中で固まります。"),
]  # fmt: skip


@dataclass
class Line:
    """A Slack that keeps what was said, and knows its own words again."""

    said: dict[str, Intent] = field(default_factory=dict)

    def say(self, intent: Intent) -> str:
        self.said.setdefault(intent.key, intent)
        return f"{len(self.said)}.000"

    def profile(self, slack_id: str) -> Profile | None:
        return None


@dataclass
class Board:
    """A tracker that keeps issues by marker; `failing` is raised after an issue was kept, or before with `early`."""

    name: str = "jira"
    kept: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: int = 0
    failing: list[Exception] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def file(
        self, marker: str, title: str, body: str, severity: int, *, fields: Any = None, repeated: bool = False
    ) -> FiledBug:
        self.asked += 1
        self.kept.setdefault(marker, (title, body))
        if self.failing:
            raise self.failing.pop(0)
        return FiledBug(key=f"PROD-{list(self.kept).index(marker) + 1}", url=f"https://jira.example/{marker}")

    def find(self, marker: str) -> FiledBug | None:
        return FiledBug(key="PROD-1") if marker in self.kept else None

    def read(self, key: str) -> News:
        return News(delivery="", key=key, bug=FiledBug(key=key))

    def comment(self, key: str, marker: str, text: str, *, repeated: bool = False) -> str:
        return str(len(self.written)) if self.written.setdefault(marker, text) else ""

    def link(self, key: str, block: str) -> None:
        self.blocks[key] = block

    def attach(
        self, key: str, marker: str, name: str, media_type: str, content: bytes, *, repeated: bool = False
    ) -> str:
        return name

    def fetch(self, file_id: str, address: str, most: int) -> Fetched | None:
        if self.failing:
            raise self.failing.pop(0)
        content = self.files.get(file_id)
        return Fetched(media_type="text/plain", content=content) if content is not None else None

    def changed(self, since: datetime, most: int = 500) -> list[FiledBug]:
        return []

    def listen(self, headers: Any, body: bytes) -> News:
        return News.model_validate_json(body)

    def wanted(self) -> list[Wanted]:
        return []

    def check(self) -> str:
        return "ok"


class House:
    """Shorthand for what the tests let happen."""

    def __init__(self, earshot: Earshot, clock: Clock) -> None:
        self.earshot, self.clock = earshot, clock
        self.work = earshot.work
        with self.work() as uow:
            now = uow.now()
            self.ines = staff.add(uow.db, Staff(name="Inés", email="ines@us.example", created_at=now)).id or 0
            self.marc = staff.add(uow.db, Staff(name="Marc", email="marc@us.example", created_at=now)).id or 0
            theme = Theme(name="Export hangs", kind="bug", created_at=now)
            self.theme = themes.add(uow.db, theme).id or 0

    def customer(self, key: str, name: str, person: str, language: str, value: float = 10_000.0) -> tuple[int, int]:
        """A customer and somebody who works there."""
        with self.work() as uow:
            if known := customers.by_key(uow.db, key):
                return known.id or 0, people.of_customer(uow.db, known.id or 0)[0].id or 0
            one = Customer(key=key, name=name, contract_value=value, language=language, created_at=uow.now())
            customer_id = customers.add(uow.db, one).id or 0
            who = Person(name=person, customer_id=customer_id, language=language, created_at=uow.now())
            return customer_id, people.add(uow.db, who).id or 0

    def told(self, number: int, text: str | None = None, **more: Any) -> int:
        """The customer of REPORTS[number] opens a ticket that was put into the theme; its id."""
        key, name, person, language, words = REPORTS[number]
        customer_id, person_id = self.customer(key, name, person, language)
        text = text or words
        with self.work() as uow:
            thread = f"T0/C{number}/{messages.count(uow.db) + 1}.000"
            usual: dict[str, Any] = {
                "door": "slack", "place": f"slack:T0/C{number}", "thread": thread, "kind": "bug", "complaint": True,
                "severity": 2, "theme_id": self.theme, "opened_at": uow.now(), "last_customer_at": uow.now(),
            }  # fmt: skip
            ticket = Ticket(
                customer_id=customer_id, person_id=person_id, language=language, gist=text[:140], **{**usual, **more}
            )
            ticket_id = tickets.add(uow.db, ticket).id or 0
        self.wrote(ticket_id, text)
        return ticket_id

    def wrote(self, ticket_id: int, text: str, *, chatter: bool = False, at: datetime | None = None) -> None:
        """The customer writes in the ticket's thread."""
        with self.work() as uow:
            ticket, now = tickets.get(uow.db, ticket_id), at or uow.now()
            said = Message(
                door=ticket.door, external_id=f"{ticket.thread}/{messages.count(uow.db)}", place=ticket.place,
                thread=ticket.thread, ticket_id=ticket_id, customer_id=ticket.customer_id, person_id=ticket.person_id,
                text=text, chatter=chatter, sent_at=now, received_at=now, triaged_at=now,
            )  # fmt: skip
            messages.keep(uow.db, said)

    def proposed(self, *numbers: int, **more: Any) -> int:
        """These customers told of it, and the bug was proposed; its id."""
        found = [self.does(propose.propose, self.told(number, **more)) for number in numbers]
        assert found[-1] is not None
        return int(found[-1])

    def does(self, verb: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """One verb in one transaction, and everything that follows."""
        with self.work() as uow:
            answer = verb(uow, *args, **more)
        assert isinstance(self.earshot.engine, Inline)
        self.earshot.engine.drain()
        return answer

    def bug(self, bug_id: int) -> Bug:
        with self.work() as uow:
            return bugs.get(uow.db, bug_id)

    def bugs(self) -> list[Bug]:
        with self.work() as uow:
            return bugs.listed(uow.db)

    def ticket(self, ticket_id: int) -> Ticket:
        with self.work() as uow:
            return tickets.get(uow.db, ticket_id)

    def linked(self, bug_id: int) -> list[int]:
        with self.work() as uow:
            return [one.id or 0 for one in tickets.of_bug(uow.db, bug_id)]

    def drafts(self, bug_id: int) -> list[Draft]:
        with self.work() as uow:
            return drafts.waiting(uow.db, bug_id=bug_id)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def house(wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock, line: Line) -> House:
    """On SQLite, with the built-in tracker."""
    return House(wire_on(sqlite_url, Outside(channels={"slack": line})), clock)


@pytest.fixture
def outdoors(wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock, line: Line, board: Board) -> House:
    """On SQLite, with a tracker outside."""
    return House(wire_on(sqlite_url, Outside(channels={"slack": line}, tracker=board)), clock)


@pytest.fixture
def either_house(wire_on: Callable[..., Earshot], database_url: str, clock: Clock, line: Line, board: Board) -> House:
    """On each database in turn, with a tracker outside."""
    return House(wire_on(database_url, Outside(channels={"slack": line}, tracker=board)), clock)
