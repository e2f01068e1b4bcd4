"""Move and split: a person says which theme tickets belong to. The opposites: move them back, merge what was split."""

from handlers import naming
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import one_at_a_time
from storage.desk import tickets
from storage.desk.tickets import Ticket
from storage.insights import edits, themes
from storage.insights.themes import Theme


def move(uow: UnitOfWork, ticket_id: int, staff_id: int, theme_id: int | None) -> int:
    """Put the ticket into a theme, or (None) into a new one of its own; the theme's id. It stays there.

    Raises Refused for a ticket that is in no theme, because it complains of nothing, and for a theme there is not.
    """
    ticket = uow.ticket(ticket_id)
    one_at_a_time(uow.db, "themes")
    uow.db.refresh(ticket)
    before = ticket.theme_id
    if before is None:
        raise Refused("Only complaints and wishes are in themes; correct what the ticket is first.")
    if theme_id is None:
        theme_id = _started(uow, [ticket]).id or 0
        edits.part(uow.db, before, theme_id, staff_id, uow.now())
    elif themes.alive(uow.db, theme_id) is None:
        raise NotFound("There is no such theme.")
    ticket.theme_id = theme_id
    uow.db.add(ticket)
    edits.pin(uow.db, [ticket_id], theme_id, staff_id, uow.now())
    uow.record("theme_moved", ticket_id, by=staff_id, theme_id=theme_id, before=before, after=theme_id)
    return theme_id


def split(uow: UnitOfWork, theme_id: int, ticket_ids: list[int], staff_id: int) -> int:
    """These tickets of a theme tell of something else: they are a theme of their own, which is not the same. Its id.

    Raises Refused where none or all of the theme would go.
    """
    one_at_a_time(uow.db, "themes")
    if themes.alive(uow.db, theme_id) is None:
        raise NotFound("There is no such theme.")
    theirs = set(themes.tickets_of(uow.db, theme_id))
    chosen = sorted(theirs & set(ticket_ids))
    if not chosen or len(chosen) == len(theirs):
        raise Refused("Choose some of the theme's tickets, not none and not all.")
    new = _started(uow, tickets.by_ids(uow.db, chosen))
    new_id = new.id or 0
    themes.hand_over(uow.db, chosen, theme_id, new_id)
    edits.pin(uow.db, chosen, new_id, staff_id, uow.now())
    edits.part(uow.db, theme_id, new_id, staff_id, uow.now())
    uow.record("theme_split", by=staff_id, theme_id=theme_id, theme=theme_id, into=new_id, tickets=chosen)
    return new_id


def _started(uow: UnitOfWork, told: list[Ticket]) -> Theme:
    name = naming.name(uow, told, themes.names(uow.db))
    kinds = [one.kind for one in told]
    new = Theme(name=name, kind=max(kinds, key=kinds.count), language=told[0].language, created_at=uow.now())
    return themes.add(uow.db, new)
