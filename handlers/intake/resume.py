"""Resume: after a restore, leave again what had not been finished. Every flow may run twice, so more is left than less."""

from datetime import timedelta

from handlers.unit_of_work import UnitOfWork
from storage.desk import messages, tickets

RECENT = timedelta(days=2)


def resume(uow: UnitOfWork) -> int:
    """Leave flows for messages nobody has understood and for what the newest tickets still ask; how many."""
    recent = tickets.opened_since(uow.db, uow.now() - RECENT)
    for ticket_id in recent:
        uow.enqueue("ticket_opened", f"opened-{ticket_id}", ticket_id)
    return understand(uow) + len(recent)


def understand(uow: UnitOfWork) -> int:
    """Leave flows for messages that are kept and not understood; how many. What is left already is not left twice."""
    waiting = messages.untriaged(uow.db)
    for message_id, history in waiting:
        uow.enqueue("history_received" if history else "message_received", f"message-{message_id}", message_id)
    return len(waiting)
