"""Joining: each complaint joins a theme or waits in one of its own. Themes keep their ids and, after their first week, their names."""

from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from handlers import naming
from handlers.analysis.meaning import joined, memory, voting
from handlers.analysis.meaning.voting import Neighbour
from handlers.analysis.telling import weeks
from handlers.errors import Unavailable
from handlers.insights.group import meaning, standing
from handlers.insights.group.meaning import Meant
from handlers.unit_of_work import UnitOfWork
from storage.database import one_at_a_time
from storage.desk import tickets
from storage.desk.tickets import Ticket
from storage.insights import themes
from storage.insights.themes import Theme, Vector

NEIGHBOURS = 60
READ_AT_ONCE = 500
NAMED_AT = (2, 3, 5, 8, 13)
"""Sizes at which a theme in its first week is named again, now that more is known."""
ENTITLED_AT = 3
"""The size at which a model is asked to name it; later only where it comes to mean another thing."""
REQUEST = "feature_request"
ABOUT_THE_PRODUCT = ("bug", "usability", REQUEST)

Row = NDArray[np.float32]


def group(uow: UnitOfWork, ticket_id: int, meant: Meant | None = None) -> int | None:
    """The id of the theme the ticket is in from now on; None for what complains of nothing and asks for nothing new.

    A ticket that has a theme keeps it; one that was corrected and is no complaint any more leaves its theme. Where meaning is
    asked for outside, and was not yet (`meant`), that is left to be done, and there is no theme until then.
    """
    ticket = tickets.get(uow.db, ticket_id)
    if not _belongs(ticket):
        _leave(uow, ticket)
        return None
    if ticket.theme_id is not None:
        return ticket.theme_id
    if meant is None and uow.embedder_outside:
        uow.enqueue("meaning_wanted", f"meaning-{ticket_id}-{uuid4()}", ticket_id)
        return None
    row = meant.row if meant else joined.meanings(uow.embedder, meaning.texts(uow, [ticket_id]), uow.glossary)[0]
    one_at_a_time(uow.db, "themes")
    uow.db.refresh(ticket)
    if ticket.theme_id is not None:
        return ticket.theme_id
    theme = _nearest(uow, ticket, row, meant)
    ticket.theme_id = theme.id if theme else _start(uow, ticket).id
    uow.db.add(ticket)
    kept = Vector(ticket_id=ticket_id, embedder=uow.meant_by, numbers=row.tobytes())
    themes.keep_vector(uow.db, kept)
    if theme is not None:
        _grow(uow, theme)
    return ticket.theme_id


def _belongs(ticket: Ticket) -> bool:
    """What complains, and what says that something is broken, awkward or wanted; a person's word against it wins."""
    said_no = ticket.kind in naming.NO_KIND_OF_THEME and ticket.origins.get("kind") == "person"
    if said_no or (not ticket.complaint and ticket.origins.get("complaint") == "person"):
        return ticket.kind == REQUEST
    return ticket.complaint or ticket.kind in ABOUT_THE_PRODUCT


def _leave(uow: UnitOfWork, ticket: Ticket) -> None:
    if ticket.theme_id is not None:
        uow.record("left_theme", ticket.id, theme_id=ticket.theme_id, theme=ticket.theme_id)
        ticket.theme_id = None
        uow.db.add(ticket)


def _nearest(uow: UnitOfWork, ticket: Ticket, row: Row, meant: Meant | None) -> Theme | None:
    """The theme that the ticket's nearest neighbours vote for, if they are near enough."""
    with uow.memory.lock:
        _catch_up(uow, meant)
        near = uow.memory.near(row, NEIGHBOURS)
    members = themes.members(uow.db, near.ids)
    neighbours = [
        Neighbour(
            likeness,
            members[one].theme_id,
            same_customer=ticket.customer_id is not None and members[one].customer_id == ticket.customer_id,
            same_family=ticket.unsure or (members[one].kind == REQUEST) == (ticket.kind == REQUEST),
        )
        for one, likeness in zip(near.ids, near.likeness, strict=True)
        if one in members
    ]
    elected = voting.vote(neighbours, themes.sizes(uow.db, sorted({one.theme_id for one in neighbours})))
    enough = standing.enough(uow) or near.enough
    return themes.get(uow.db, elected[0]) if elected and elected[1] >= enough else None


def _catch_up(uow: UnitOfWork, meant: Meant | None) -> None:
    """Read what was grouped since; all of it at the first time. What another embedder made is renewed bit by bit."""
    name, known = uow.meant_by, uow.memory
    if meant is not None:
        if known.name != name and meant.unrelated is None:
            raise Unavailable("what has nothing in common is asked for first")
        known.begin(name, lambda: np.asarray(meant.unrelated, dtype=np.float32))
        meaning.renew(uow, meant.others, meant.rows)
        known.others_to_renew = len(meant.others) == known.portion
    else:
        known.begin(name, lambda: joined.meanings(uow.embedder, list(memory.unrelated()), uow.glossary))
    if known.others_to_renew and meant is None:
        others = themes.without_vector(uow.db, name, known.portion)
        meaning.renew(uow, others, joined.meanings(uow.embedder, meaning.texts(uow, others), uow.glossary))
        known.others_to_renew = len(others) == known.portion
    known.keep_bytes(themes.vectors(uow.db, name, after=known.newest))
    if themes.count_vectors(uow.db, name) != len(known):
        there = themes.with_vector(uow.db, name)
        known.forget_all_but(there)
        missed = [one for one in there if one not in known]
        for start in range(0, len(missed), READ_AT_ONCE):
            known.keep_bytes(themes.vectors_of(uow.db, name, missed[start : start + READ_AT_ONCE]))


def _start(uow: UnitOfWork, ticket: Ticket) -> Theme:
    theme = Theme(
        name=naming.name(uow, [ticket], themes.names(uow.db)),
        kind=naming.kind([ticket]),
        language=ticket.language,
        area=naming.area(uow, [ticket]),
        created_at=uow.now(),
    )
    themes.add(uow.db, theme)
    uow.record("theme_started", ticket.id, theme_id=theme.id, theme=theme.id, called=theme.name)
    return theme


def _grow(uow: UnitOfWork, theme: Theme) -> None:
    """One more: the theme is of the kind most of it is of; while it is new, it may find a better name."""
    uow.db.flush()
    counts = themes.kinds(uow.db, theme.id or 0)
    telling = {kind: count for kind, count in counts.items() if kind not in naming.NO_KIND_OF_THEME}
    theme.kind = max(telling, key=lambda kind: (telling[kind], kind == theme.kind, kind), default=theme.kind)
    zone = uow.policy.time_zone
    young = weeks.containing(theme.created_at, zone) == weeks.containing(uow.now(), zone)
    if young and theme.named_by == "machine" and sum(counts.values()) in NAMED_AT:
        told = tickets.of_theme(uow.db, theme.id or 0, naming.MOST)
        theme.name = naming.name(uow, told, themes.names(uow.db) - {theme.name})
        if theme.area_by == "machine":
            theme.area = naming.area(uow, told)
    uow.db.add(theme)
    if sum(counts.values()) == ENTITLED_AT:
        naming.ask_later(uow, theme.id or 0)
