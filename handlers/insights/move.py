"""Move: a person says which theme a ticket belongs to. Its opposite is to move it back."""

from handlers.analysis.meaning import glossary, titles
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import one_at_a_time
from storage.insights import themes
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
        language, gists = uow.policy.language, [ticket.gist]
        name = titles.title(glossary.default(), gists, gists, language, themes.names(uow.db))
        new = Theme(name=name, kind=ticket.kind, language=ticket.language, created_at=uow.now())
        theme_id = themes.add(uow.db, new).id or 0
    elif themes.alive(uow.db, theme_id) is None:
        raise NotFound("There is no such theme.")
    ticket.theme_id = theme_id
    uow.db.add(ticket)
    uow.record("theme_moved", ticket_id, by=staff_id, before=before, after=theme_id)
    return theme_id
