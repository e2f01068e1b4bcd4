"""Resume: leave the flows of messages that were kept and not understood. Every flow may run twice, so more is left than less."""

from handlers.unit_of_work import UnitOfWork
from storage.desk import messages


def understand(uow: UnitOfWork) -> int:
    """Leave flows for messages that are kept and not understood; how many. What is left already is not left twice."""
    waiting = messages.untriaged(uow.db)
    for message_id, history in waiting:
        uow.enqueue("history_received" if history else "message_received", f"message-{message_id}", message_id)
    return len(waiting)
