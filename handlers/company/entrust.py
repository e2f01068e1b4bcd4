"""Entrust and revoke: the keys with which other programs write to us."""

import re

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import access

SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def entrust(uow: UnitOfWork, source: str, *, by: int | None = None) -> str:
    """A new bearer key for `source`, shown once; a key it had before stops working."""
    if not SOURCE.fullmatch(source):
        raise Refused("A source is named in letters, digits, dots, dashes or underscores, at most 63.")
    secret = access.issue_key(uow.db, source, uow.now())
    uow.record("key_issued", by=by, source=source)
    return secret


def revoke(uow: UnitOfWork, source: str, *, by: int | None = None) -> None:
    """The key of `source` works no more. Raises NotFound if it has none."""
    if not access.revoke_key(uow.db, source, uow.now()):
        raise NotFound(f"“{source}” has no key that works.")
    uow.record("key_revoked", by=by, source=source)
