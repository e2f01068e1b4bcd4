"""Policy: what the company decided about itself, as data one can edit: hours, promised times, who is staff, windows."""

from datetime import date, time
from typing import Any

from pydantic import BaseModel, Field, field_validator
from sqlmodel import Field as Column
from sqlmodel import Session, SQLModel

from storage.database import JsonType
from storage.vocabulary import Role


class Policy(BaseModel, extra="forbid", validate_assignment=True):
    """Every decision with its default. Minutes are business minutes unless the name says otherwise."""

    company: str = "Our team"
    reference_prefix: str = "ES"
    language: str = "en"
    time_zone: str = "UTC"
    holidays_country: str | None = None
    opening: str = "Mon-Fri 09:00-18:00"
    """Opening hours, local: `Mon-Thu 09:00-13:00,14:00-18:00; Fri 09:00-15:00`."""
    closed: list[date] = Field(default_factory=list)
    next_news_minutes: dict[int, int] = Field(default_factory=lambda: {1: 60, 2: 240, 3: 480, 4: 960})
    """Severity → business minutes until the customer hears from us."""
    next_news_plan_factor: dict[str, float] = Field(
        default_factory=lambda: {"starter": 1.0, "team": 1.0, "business": 1.0, "enterprise": 0.5}
    )
    grouping_minutes: int = 30
    """Clock minutes within which the same person in the same place goes on with the same ticket."""
    staff_domains: list[str] = Field(default_factory=list)
    home_teams: list[str] = Field(default_factory=list)
    """Slack workspaces (team ids) whose members are staff unless their address is a customer's."""
    newcomer_role: Role = "engineer"
    """What one of us who was met in Slack may do until an admin says otherwise."""
    confirm_minutes: int = 10
    """Clock minutes until an unconfirmed alert goes to the next person on call."""
    flag_days: int = 90
    flag_review_days: int = 30
    name_customers_in_bugs: bool = False
    customer_prefix: str = "customer:"
    """What an engineer's comment begins with where it is meant for customers."""
    propose_bug_customers: int = 2
    """Distinct customers with the same defect before a bug is proposed."""
    digest_weekday: int = 0
    digest_hour: int = 8
    bitter_in_a_row: int = 3
    """Bitter conversations one after another before somebody else takes the next, and a pause is proposed; 0 for no limit."""
    fold_bitter_words: bool = False
    """Whether the words of a bitter conversation are shown only when one asks for them, below their gist."""
    rotation: list[int] = Field(default_factory=list)
    """Staff ids in the order in which they are on duty as listener."""
    rotation_starts: date | None = None
    rotation_days: int = 7
    rotation_swaps: dict[date, int] = Field(default_factory=dict)
    """Days that somebody took over."""
    silence_days: int = 3
    """Business days that no customer of a ticket that is not done goes without a word of ours; 0 for no such limit."""
    undo_seconds: int = 10
    """How long a reply waits before it goes out, so that it can be taken back."""
    quiet_hours: str = "20:00-08:00"
    """Local hours in which nobody is told of a theme that grows (emergencies still are); empty for none."""

    @field_validator("quiet_hours")
    @classmethod
    def _two_times(cls, hours: str) -> str:
        if hours.strip():
            start, _, end = hours.partition("-")
            try:
                time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
            except ValueError:
                raise ValueError("hours are written like 20:00-08:00") from None
        return hours.strip()


class Kept(SQLModel, table=True):
    """A decision or a counter kept under a name."""

    __tablename__ = "kept"

    key: str = Column(primary_key=True)
    value: dict[str, Any] = Column(default_factory=dict, sa_type=JsonType)


def load(db: Session) -> Policy:
    """The policy in force."""
    row = db.get(Kept, "policy")
    return Policy.model_validate(row.value) if row else Policy()


def save(db: Session, policy: Policy) -> None:
    """Put a policy in force."""
    remember(db, "policy", policy.model_dump(mode="json"))


def remember(db: Session, key: str, value: dict[str, Any]) -> None:
    """Keep a value under a name."""
    db.merge(Kept(key=key, value=value))
    db.flush()


def recall(db: Session, key: str) -> dict[str, Any] | None:
    """What was kept under a name."""
    row = db.get(Kept, key)
    return dict(row.value) if row else None
