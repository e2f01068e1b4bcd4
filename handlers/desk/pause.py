"""Pause: a listener breathes for a while; what the desk owes them after bitter conversations in a row."""

from datetime import timedelta

from handlers.unit_of_work import UnitOfWork
from storage.desk import tone

MINUTES = 15


def proposed(uow: UnitOfWork, staff_id: int) -> int:
    """How many bitter conversations in a row call for a pause now; 0 if none is needed."""
    limit = uow.policy.bitter_in_a_row
    met = tone.bitter_in_a_row(uow.db, staff_id, uow.now() - timedelta(hours=12)) if limit else 0
    return met if limit and met >= limit else 0


def pause(uow: UnitOfWork, staff_id: int) -> None:
    """They take one; the count begins anew."""
    uow.record("paused", by=staff_id, minutes=MINUTES)


def resume(uow: UnitOfWork, staff_id: int) -> None:
    """The pause they took last was none; the count goes on where it was."""
    uow.record("pause_taken_back", by=staff_id)
