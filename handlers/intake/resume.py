"""Resume: after a restore, leave again what had not been finished. Every flow may run twice, so more is left than less."""

from datetime import timedelta

from handlers.unit_of_work import UnitOfWork
from storage.desk import messages, tickets

RECENT = timedelta(days=2)


def resume(uow: UnitOfWork) -> int:
    """Leave flows for messages nobody has understood and for what the newest tickets still ask; how many."""
    waiting = messages.untriaged(uow.db)
    for message in waiting:
        flow = "history_received" if message.history else "message_received"
        uow.enqueue(flow, f"message-{message.id}", message.id)
    recent = tickets.opened_since(uow.db, uow.now() - RECENT)
    for ticket_id in recent:
        uow.enqueue("ticket_opened", f"opened-{ticket_id}", ticket_id)
    return len(waiting) + len(recent)
