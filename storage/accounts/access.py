"""Access: API keys, sign-in links and sessions. Only hashes are kept."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class ApiKey(SQLModel, table=True):
    """A bearer key; `source` names who sends with it."""

    __tablename__ = "api_key"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(unique=True)
    digest: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Answered(SQLModel, table=True):
    """An answer given under an `Idempotency-Key`, to be given again."""

    __tablename__ = "answered"

    key_id: int = Field(foreign_key="api_key.id", primary_key=True)
    idempotency_key: str = Field(primary_key=True)
    request_digest: str
    status: int
    body: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class Grant(SQLModel, table=True):
    """A one-time sign-in link (`link`) or a signed-in browser (`session`) of a member of staff."""

    __tablename__ = "access_grant"

    digest: str = Field(primary_key=True)
    purpose: str
    staff_id: int = Field(foreign_key="staff.id")
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_key(db: Session, source: str, now: datetime) -> str:
    """A new bearer key for `source`; a key that the source had before stops working."""
    secret = "ek_" + secrets.token_urlsafe(32)
    row = db.exec(select(ApiKey).where(ApiKey.source == source)).first() or ApiKey(
        source=source, digest="", created_at=now
    )
    row.digest, row.created_at, row.revoked_at = digest(secret), now, None
    db.add(row)
    db.flush()
    return secret


def key_of(db: Session, secret: str) -> ApiKey | None:
    """The living key behind a bearer secret."""
    return db.exec(select(ApiKey).where(ApiKey.digest == digest(secret), col(ApiKey.revoked_at).is_(None))).first()


def grant(db: Session, purpose: str, staff_id: int, expires_at: datetime) -> str:
    """A new secret that signs `staff_id` in until `expires_at`."""
    secret = secrets.token_urlsafe(32)
    db.add(Grant(digest=digest(secret), purpose=purpose, staff_id=staff_id, expires_at=expires_at))
    db.flush()
    return secret


def use_link(db: Session, secret: str, now: datetime) -> int | None:
    """The staff id of a sign-in link that was still unused; it is used now."""
    unused = update(Grant).where(
        col(Grant.digest) == digest(secret),
        col(Grant.purpose) == "link",
        col(Grant.used_at).is_(None),
        col(Grant.expires_at) > now,
    )
    if db.execute(unused.values(used_at=now)).rowcount != 1:  # type: ignore[attr-defined]
        return None
    row = db.get(Grant, digest(secret))
    return row.staff_id if row else None


def session_of(db: Session, secret: str, now: datetime) -> int | None:
    """Whose session this is, if it still holds."""
    row = db.get(Grant, digest(secret))
    return row.staff_id if row and row.purpose == "session" and row.expires_at > now and not row.used_at else None


def end_session(db: Session, secret: str, now: datetime) -> None:
    """Sign out."""
    db.execute(update(Grant).where(col(Grant.digest) == digest(secret)).values(used_at=now))


def keys(db: Session) -> list[ApiKey]:
    """Every bearer key that still works, by source."""
    return list(db.exec(select(ApiKey).where(col(ApiKey.revoked_at).is_(None)).order_by(ApiKey.source)))


def revoke_key(db: Session, source: str, now: datetime) -> bool:
    """True if the source had a living key, which works no more."""
    living = update(ApiKey).where(col(ApiKey.source) == source, col(ApiKey.revoked_at).is_(None))
    revoked: bool = db.execute(living.values(revoked_at=now)).rowcount == 1  # type: ignore[attr-defined]
    return revoked


def answered(db: Session, key_id: int, idempotency_key: str) -> Answered | None:
    """The answer given under this `Idempotency-Key` before, if any. The caller has the key to itself (one_at_a_time)."""
    return db.get(Answered, (key_id, idempotency_key))


def keep_answer(db: Session, answer: Answered) -> None:
    """Keep what was answered, to be given again."""
    db.add(answer)
    db.flush()
