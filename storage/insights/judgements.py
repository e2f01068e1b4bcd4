"""Judgements: what people said when they were shown a bug that a report may be. They calibrate what is shown next."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime

REMEMBERED = 2000


class Judgement(SQLModel, table=True):
    """“It is this one” (`same`) or not, for a `likeness` from 0 to 1. `candidate` is `bug:7` or the tracker's `PROD-9`."""

    __tablename__ = "judgement"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    candidate: str
    likeness: float
    same: bool
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    at: datetime = Field(sa_type=UtcDateTime)


def keep(db: Session, judgement: Judgement) -> None:
    """Remember what a person said."""
    db.add(judgement)
    db.flush()


def told(db: Session) -> list[tuple[float, bool]]:
    """(likeness, whether it was the same), newest first."""
    rows = select(Judgement.likeness, Judgement.same).order_by(col(Judgement.id).desc()).limit(REMEMBERED)
    return [(likeness, same) for likeness, same in db.exec(rows)]
