"""Ask: after the end one question, whether this was handled well; a customer is never asked twice in thirty days."""

from datetime import timedelta

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean, one_at_a_time
from storage.desk import history, ratings
from storage.desk.ratings import Rating

EVERY = timedelta(days=30)


def ask(uow: UnitOfWork, ticket_id: int) -> Rating | None:
    """What to ask, or what was answered; None while there is nothing to ask about this ticket."""
    if known := ratings.of_ticket(uow.db, ticket_id):
        return known
    ticket = uow.ticket(ticket_id)
    if ticket.state != "resolved" or ticket.history or ticket.customer_id is None or ticket.last_staff_at is None:
        return None
    one_at_a_time(uow.db, f"rating:{ticket.customer_id}")
    if ratings.asked_since(uow.db, ticket.customer_id, uow.now() - EVERY):
        return None
    replies = [one.by for one in history.of_ticket(uow.db, ticket_id) if one.name == "replied" and one.by]
    who = replies[-1] if replies else ticket.assignee_id
    asked = Rating(ticket_id=ticket_id, customer_id=ticket.customer_id, staff_id=who, asked_at=uow.now())
    return ratings.keep(uow.db, asked)


def answer(uow: UnitOfWork, ticket_id: int, score: int, word: str = "") -> None:
    """Keep what the customer says, 1 to 5 and a word; a second answer takes the place of the first."""
    asked = ratings.of_ticket(uow.db, ticket_id)
    if asked is None:
        raise NotFound("Nothing was asked about this.")
    if not 1 <= score <= 5:
        raise Refused("Choose from 1 to 5.")
    asked.score, asked.word, asked.answered_at = score, clean(word).strip()[:500], uow.now()
    ratings.keep(uow.db, asked)
    uow.record("rated", ticket_id, customer_id=asked.customer_id, score=score)
