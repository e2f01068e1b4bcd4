"""How a ticket stands: what a press changes of it, kept beside the press so that it can be taken back."""

from datetime import datetime
from typing import Any

from storage.desk.tickets import Ticket

TIMES = ("claimed_at", "due_at", "snoozed_until", "resolved_at")
OTHERS = (
    "assignee_id", "state", "due_reason", "queue", "routed_by", "kind", "severity", "complaint", "language", "unsure",
    "emergency", "band", "emergency_reason", "origins", "confidences", "theme_id", "bug_id", "extra",
)  # fmt: skip


def of(ticket: Ticket) -> dict[str, Any]:
    """As it stands now, ready for JSON."""
    times = {name: getattr(ticket, name) for name in TIMES}
    plain = {name: moment.isoformat() if moment else None for name, moment in times.items()}
    return plain | {name: getattr(ticket, name) for name in OTHERS}


def changed(before: dict[str, Any], ticket: Ticket) -> dict[str, Any]:
    """What is different from `before`, as it was then."""
    now = of(ticket)
    return {name: value for name, value in before.items() if now[name] != value}


def restore(ticket: Ticket, before: dict[str, Any]) -> None:
    """Let it stand as it did."""
    for name, value in before.items():
        setattr(ticket, name, datetime.fromisoformat(value) if name in TIMES and value else value)
