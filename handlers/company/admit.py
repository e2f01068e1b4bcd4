"""Admit: who belongs to us, and who is called in which order."""

import re

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.accounts.staff import Staff
from storage.vocabulary import ROLES


def admit(
    uow: UnitOfWork,
    name: str,
    email: str,
    *,
    role: str = "listener",
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


def entitle(uow: UnitOfWork, staff_id: int, role: str, *, by: int | None = None) -> None:
    """Give one of us another role. Raises NotFound, or Refused for a role there is not and for the only admin's."""
    everyone = {one.id: one for one in staff.everyone(uow.db)}
    member = everyone.get(staff_id)
    if member is None:
        raise NotFound(f"There is no member of staff {staff_id}.")
    if role not in ROLES:
        raise Refused(f"There is no role “{role}”; there are {', '.join(ROLES)}.")
    others = [one for one in everyone.values() if one.role == "admin" and one.id != staff_id]
    if member.role == "admin" and role != "admin" and not others:
        raise Refused(f"{member.name} is the only admin; make somebody else one first.")
    if member.role != role:
        before, member.role = member.role, role
        uow.db.add(member)
        uow.record("entitled", by=by, staff=staff_id, member=member.name, role=role, was=before)


def somebody(uow: UnitOfWork) -> Staff:
    """Who is shown the first sign-in link: the listener before others; made if nobody is there yet."""
    everyone = staff.everyone(uow.db)
    if not everyone:
        admit(uow, "Listener", "listener@localhost", role="admin")
        everyone = staff.everyone(uow.db)
    return min(everyone, key=lambda one: (one.role != "listener", one.id or 0))
