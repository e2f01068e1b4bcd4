"""Staff: our own people, what they do, and who is on call in which order."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Staff(SQLModel, table=True):
    """One of us. `on_call`: the place in the on-call order (1 first), empty for who is never called. `language`: what the
    console speaks to them, empty for that of their browser.
    """

    __tablename__ = "staff"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    email: str = Field(unique=True)
    slack_id: str | None = Field(default=None, unique=True)
    role: str = "listener"
    language: str = ""
    on_call: int | None = None
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


class Override(SQLModel, table=True):
    """A person whose side was decided by hand: `staff` or `customer`, by address or Slack id."""

    __tablename__ = "side_override"

    who: str = Field(primary_key=True)
    side: str


def get(db: Session, staff_id: int) -> Staff:
    """The member of staff; raises KeyError if there is none."""
    found = db.get(Staff, staff_id)
    if found is None:
        raise KeyError(f"staff {staff_id}")
    return found


def by_email(db: Session, email: str) -> Staff | None:
    """Staff with this address."""
    return db.exec(select(Staff).where(Staff.email == email.lower())).first()


def by_slack_id(db: Session, slack_id: str) -> Staff | None:
    """Staff with this Slack id (`T…/U…`)."""
    return db.exec(select(Staff).where(Staff.slack_id == slack_id)).first()


def everyone(db: Session) -> list[Staff]:
    """All active staff by name."""
    return list(db.exec(select(Staff).where(col(Staff.active).is_(True)).order_by(Staff.name)))


def on_call(db: Session) -> list[Staff]:
    """Whom to call, in order; empty if nobody is."""
    callable_ = select(Staff).where(col(Staff.on_call).is_not(None), col(Staff.active).is_(True))
    return list(db.exec(callable_.order_by(col(Staff.on_call), col(Staff.id))))


def add(db: Session, member: Staff) -> Staff:
    """Keep a new member of staff."""
    member.email = member.email.lower()
    db.add(member)
    db.flush()
    return member


def side(db: Session, *who: str | None) -> str | None:
    """`staff` or `customer` if somebody decided it by hand for one of these addresses or ids."""
    for name in who:
        if name and (row := db.get(Override, name.lower())):
            return row.side
    return None


def decide_side(db: Session, who: str, side_: str) -> None:
    """Remember by hand on which side `who` (address or Slack id) stands."""
    db.merge(Override(who=who.lower(), side=side_))
    db.flush()
