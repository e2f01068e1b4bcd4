"""Admit: who belongs to us, and who is called in which order."""

import re

from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.accounts.staff import Staff
from storage.vocabulary import ROLES


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
    uow.record("admitted", by=by, staff=member.id, member=member.name, role=role)
    return member.id or 0


def somebody(uow: UnitOfWork) -> Staff:
    """Who is shown the first sign-in link: the listener before others; made if nobody is there yet."""
    everyone = staff.everyone(uow.db)
    if not everyone:
        admit(uow, "Listener", "listener@localhost", role="listener")
        everyone = staff.everyone(uow.db)
    return min(everyone, key=lambda one: (one.role != "listener", one.id or 0))
