"""A desk with many tickets: customers, people, conversations of two messages, notes, in the sample company's words."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import SQLModel

from bot.sandbox.company.load import load
from handlers.analysis.language import detect
from storage import database
from storage.accounts.customers import Customer
from storage.accounts.people import Person
from storage.accounts.staff import Staff
from storage.database import Session
from storage.desk.messages import Message
from storage.desk.notes import Note
from storage.desk.tickets import Ticket
from storage.insights.themes import Theme

CUSTOMERS, PEOPLE, STAFF, THEMES, TOGETHER = 2_000, 6_000, 12, 60, 2_000
STATES = {"resolved": 66, "open": 14, "waiting": 12, "engineering": 5, "snoozed": 3}
"""Of a hundred tickets. A third is not done: far more than on any real desk, and the harder case."""
WRITTEN = 20_000
"""Tickets with words of their own; more are copies of them, searched by the same words."""
COPIED = {
    "ticket": {"id": "id + :by", "thread": "thread || '+' || :by"},
    "message": {"ticket_id": "ticket_id + :by", "external_id": "external_id || '+' || :by"},
    "note": {"ticket_id": "ticket_id + :by"},
}
HUNDRED = tuple(state for state, share in STATES.items() for _ in range(share))
KINDS = ("bug", "usability", "billing", "how_to", "feature_request", "other")
REASONS = ("first answer", "next answer", "next word", "promise")
BANDS = ("none",) * 400 + ("possible", "certain")

EARLY = datetime(2026, 1, 1, tzinfo=UTC)
_TICKET = Ticket(door="", place="", thread="", opened_at=EARLY).model_dump()
_MESSAGE = Message(door="", external_id="", place="", text="", sent_at=EARLY, received_at=EARLY).model_dump(
    exclude={"id"}
)


class Many:
    """Writes `number` tickets of the last three years, the same ones every time."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.written = min(number, WRITTEN)
        self._chance = random.Random(number)
        self._texts = [(one.text, detect(one.text).language) for one in load().messages if len(one.text) > 30]
        self._now = datetime.now(UTC).replace(microsecond=0)

    def furnish(self, database_url: str) -> None:
        """Fill an empty, migrated database."""
        engine = database.connect(database_url)
        with database.session(engine) as db:
            for rows in (self._staff(), self._customers(), self._people(), self._themes()):
                db.add_all(rows)
                db.flush()
            db.commit()
            for first in range(1, self.written + 1, TOGETHER):
                self._write(db, range(first, min(first + TOGETHER, self.written + 1)))
                db.commit()
        engine.dispose()

    def copy(self, database_url: str) -> None:
        """The rest, as copies of what was written and can be searched already: the database's work alone."""
        engine = database.connect(database_url)
        key = "rowid" if engine.dialect.name == "sqlite" else "ticket_id"
        for by in range(self.written, self.number, self.written):
            most = min(self.written, self.number - by)
            with database.session(engine) as db:
                for table, own in COPIED.items():
                    names = [
                        one.name for one in SQLModel.metadata.tables[table].columns if one.name != "id" or "id" in own
                    ]
                    told = ", ".join(own.get(one, f'"{one}"') for one in names)
                    into = ", ".join(f'"{one}"' for one in names)
                    whose = "id" if table == "ticket" else "ticket_id"
                    asked = f"INSERT INTO {table} ({into}) SELECT {told} FROM {table} WHERE {whose} <= :most"  # noqa: S608
                    db.connection().execute(text(asked), {"by": by, "most": most})
                words = f"INSERT INTO ticket_search ({key}, words) SELECT {key} + :by, words FROM ticket_search WHERE {key} <= :most"  # noqa: S608
                db.connection().execute(text(words), {"by": by, "most": most})
                db.connection().execute(text("DELETE FROM search_due"))
                db.commit()
        engine.dispose()

    def _write(self, db: Session, numbers: range) -> None:
        opened = [self._ticket(number) for number in numbers]
        said = [one for ticket in opened for one in self._said(ticket)]
        noted = [self._note(ticket) for ticket in opened if ticket["id"] % 5 == 0]
        for table, rows in (("ticket", opened), ("message", said), ("note", noted)):
            if rows:
                db.connection().execute(SQLModel.metadata.tables[table].insert(), rows)

    def _ticket(self, number: int) -> dict[str, Any]:
        pick = self._chance
        text, language = pick.choice(self._texts)
        state = pick.choice(HUNDRED)
        opened = self._now - timedelta(days=1095) * (1 - number / self.written)
        person = pick.randrange(1, PEOPLE + 1)
        due = self._now + timedelta(minutes=pick.randrange(-3_000, 9_000))
        return _TICKET | {
            "id": number,
            "customer_id": person % CUSTOMERS + 1,
            "person_id": person,
            "door": "support",
            "place": f"support:bench-{person % CUSTOMERS + 1}",
            "thread": f"t{number}",
            "language": language,
            "kind": pick.choice(KINDS),
            "severity": pick.randrange(1, 5),
            "gist": text[:120],
            "queue": pick.choice(("buffer", "regular", "regular")),
            "band": pick.choice(BANDS),
            "state": state,
            "assignee_id": pick.choice((None, None, *range(1, STAFF + 1))),
            "opened_at": opened,
            "due_at": None if state == "resolved" else due,
            "due_reason": "" if state == "resolved" else pick.choice(REASONS),
            "snoozed_until": due + timedelta(days=9) if state == "snoozed" else None,
            "resolved_at": opened + timedelta(hours=9) if state == "resolved" else None,
            "last_customer_at": opened,
            "theme_id": pick.choice((None, pick.randrange(1, THEMES + 1))),
        }

    def _said(self, ticket: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for turn, direction in enumerate(("in", "out")):
            text = self._chance.choice(self._texts)[0]
            at = ticket["opened_at"] + timedelta(minutes=30 * turn)
            yield _MESSAGE | {
                "door": "support",
                "external_id": f"{ticket['id']}.{turn}",
                "direction": direction,
                "place": ticket["place"],
                "thread": ticket["thread"],
                "ticket_id": ticket["id"],
                "customer_id": ticket["customer_id"],
                "person_id": ticket["person_id"] if direction == "in" else None,
                "author": "" if direction == "in" else "Ada",
                "text": f"{text} Invoice {self._chance.randrange(10**6)}, order R{ticket['id'] % 997}.",
                "sent_at": at,
                "received_at": at,
                "triaged_at": at,
            }

    def _note(self, ticket: dict[str, Any]) -> dict[str, Any]:
        words = f"Rang them about {ticket['kind']}, be patient. {self._chance.choice(self._texts)[0][:80]}"
        return Note(ticket_id=ticket["id"], staff_id=1, text=words, created_at=ticket["opened_at"]).model_dump(
            exclude={"id"}
        )

    def _staff(self) -> list[SQLModel]:
        return [
            Staff(name=f"Ada {number}", email=f"ada{number}@us.example", role="listener", created_at=self._now)
            for number in range(STAFF)
        ]

    def _customers(self) -> list[SQLModel]:
        return [
            Customer(key=f"bench-{number}", name=f"Company {number} Freight", created_at=self._now)
            for number in range(1, CUSTOMERS + 1)
        ]

    def _people(self) -> list[SQLModel]:
        return [
            Person(customer_id=number % CUSTOMERS + 1, name=f"Person {number}", email=f"p{number}@bench.example",
                   created_at=self._now)
            for number in range(1, PEOPLE + 1)
        ]  # fmt: skip

    def _themes(self) -> list[SQLModel]:
        return [Theme(name=f"Theme {number}", kind="bug", created_at=self._now) for number in range(THEMES)]
