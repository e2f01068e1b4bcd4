"""The demo in figures."""

from typing import Any

from handlers.unit_of_work import UnitOfWork
from storage.desk import deliveries, messages, tickets
from storage.insights import bugs, digests, themes
from storage.vocabulary import KINDS


def summary(uow: UnitOfWork) -> dict[str, Any]:
    """What the database holds: messages of customers, tickets by queue and kind, answers, themes, bugs, digests."""
    kinds: dict[str, int] = dict.fromkeys(KINDS, 0)
    queues = {"buffer": 0, "regular": 0, "straight_through": 0}
    for queue, kind, band, number in tickets.by_queue_and_kind(uow.db):
        kinds[kind] += number
        queues[queue] += number
        queues["straight_through"] += number if band == "certain" else 0
    return {
        "messages": messages.count(uow.db, direction="in"),
        "tickets": queues,
        "kinds": kinds,
        "acknowledgements": deliveries.count(uow.db, purpose="acknowledgement", state="sent"),
        "themes": len(themes.living(uow.db)),
        "bugs": len([one for one in bugs.listed(uow.db) if one.state != "proposed"]),
        "proposed_bugs": len(bugs.listed(uow.db, "proposed")),
        "digests": len(digests.newest(uow.db)),
    }
