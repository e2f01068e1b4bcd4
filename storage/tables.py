"""Every table in one place, for migrations and backups."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import jobs
from storage.accounts import access, customers, flags, people, places, staff
from storage.desk import (
    attention,
    deliveries,
    drafts,
    history,
    messages,
    notes,
    planned,
    presence,
    promises,
    ratings,
    saved,
    stock,
    tickets,
)
from storage.desk.derived import PREFIX
from storage.insights import (
    alarms,
    bugs,
    comments,
    digests,
    edits,
    enclosures,
    hearsay,
    interruptions,
    judgements,
    reactions,
    themes,
)
from storage.routing import alerts, levels, policy, rules

NOUNS = (
    access, customers, flags, people, places, staff,
    attention, deliveries, drafts, history, messages, notes, planned, presence, promises, ratings, saved, stock, tickets,
    alarms, bugs, comments, digests, edits, enclosures, hearsay, interruptions, judgements, reactions, themes,
    alerts, levels, policy, rules,
    jobs,
)  # fmt: skip


def metadata() -> MetaData:
    """The tables as declared by the nouns."""
    return SQLModel.metadata


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """What migrations look at: not the engine's tables in the same database, nor what is derived from ours."""
    if kind == "table":
        return name in SQLModel.metadata.tables
    return not (kind == "index" and (name or "").startswith(PREFIX))
