"""Sign in and out: a one-time link becomes a session of a browser."""

from datetime import timedelta

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import access, staff

LINK_HOURS = 24
SESSION_DAYS = 14


def invite(uow: UnitOfWork, email: str) -> str:
    """The path of a new link that signs this member of staff in once, within a day. Raises NotFound for a stranger."""
    member = staff.by_email(uow.db, email)
    if member is None or member.id is None or not member.active:
        raise NotFound(f"There is nobody on the team with the address {email}.")
    secret = access.grant(uow.db, "link", member.id, uow.now() + timedelta(hours=LINK_HOURS))
    return f"/sign-in/{secret}"


def enter(uow: UnitOfWork, secret: str) -> str:
    """The session's secret for a link that was still unused. Raises Refused if it was used or is too old."""
    staff_id = access.use_link(uow.db, secret, uow.now())
    if staff_id is None or not staff.get(uow.db, staff_id).active:
        raise Refused("This link was used already or is too old.")
    session = access.grant(uow.db, "session", staff_id, uow.now() + timedelta(days=SESSION_DAYS))
    uow.record("signed_in", by=staff_id)
    return session


def leave(uow: UnitOfWork, session: str) -> None:
    """Sign out: the session holds no more."""
    access.end_session(uow.db, session, uow.now())
