"""Admit: who belongs to us, who is called in which order, and the link that signs somebody in."""

import re
from datetime import timedelta

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import access, staff
from storage.accounts.staff import Staff
from storage.vocabulary import ROLES

LINK_HOURS = 24


def admit(
    uow: UnitOfWork,
    name: str,
    email: str,
    *,
    role: str = "support",
    on_call: int | None = None,
    slack_id: str | None = None,
    by: int | None = None,
) -> int:
    """Add a member of staff; their id. Raises Refused for an address that is none or is there already."""
    email = email.strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise Refused(f"“{email}” is no e-mail address.")
    if role not in ROLES:
        raise Refused(f"There is no role “{role}”; there are {', '.join(ROLES)}.")
    if staff.by_email(uow.db, email) is not None:
        raise Refused(f"{email} is one of us already.")
    member = staff.add(
        uow.db,
        Staff(
            name=name.strip() or email,
            email=email,
            role=role,
            on_call=on_call,
            slack_id=slack_id,
            created_at=uow.now(),
        ),
    )
    uow.record("admitted", by=by, staff=member.id, name=member.name, role=role)
    return member.id or 0


def somebody(uow: UnitOfWork) -> Staff:
    """Who is shown the first sign-in link: the listener before others; made if nobody is there yet."""
    everyone = staff.everyone(uow.db)
    if not everyone:
        admit(uow, "Listener", "listener@localhost", role="listener")
        everyone = staff.everyone(uow.db)
    return min(everyone, key=lambda one: (one.role != "listener", one.id or 0))


def sign_in_link(uow: UnitOfWork, email: str) -> str:
    """The address that signs this member of staff in, once, within a day. Raises NotFound if it is none of us."""
    member = staff.by_email(uow.db, email)
    if member is None or not member.active or member.id is None:
        raise NotFound(f"“{email}” is not one of us; `earshot staff list` shows who is.")
    secret = access.grant(uow.db, "link", member.id, uow.now() + timedelta(hours=LINK_HOURS))
    return f"{uow.console_url}/sign-in/{secret}"
