"""Group: each complaint joins a theme or starts one. Themes keep their ids and, after their first week, their names."""

import numpy as np
from numpy.typing import NDArray

from handlers.analysis.meaning import glossary, joined, memory, titles, voting
from handlers.analysis.meaning.voting import Neighbour
from handlers.analysis.telling import marks, names, quotes, weeks
from handlers.unit_of_work import UnitOfWork
from storage.database import one_at_a_time
from storage.desk import tickets
from storage.desk.tickets import Ticket
from storage.insights import evidence, themes, voices
from storage.insights.themes import Theme, Vector

NEIGHBOURS = 60
READ_AT_ONCE = 500
NAMED_AT = (2, 3, 5, 8, 13)
"""Sizes at which a theme in its first week is named again, now that more is known."""
NAMED_BY_MOST = 30
REQUEST = "feature_request"
ABOUT_THE_PRODUCT = ("bug", "usability", REQUEST)
NO_KIND_OF_THEME = ("praise", "other")

Row = NDArray[np.float32]


def group(uow: UnitOfWork, ticket_id: int) -> int | None:
    """The id of the theme the ticket is in from now on; None for what complains of nothing and asks for nothing new.

    A ticket that has a theme keeps it; one that was corrected and is no complaint any more leaves its theme.
    """
    ticket = tickets.get(uow.db, ticket_id)
    if not _belongs(ticket):
        _leave(uow, ticket)
        return None
    if ticket.theme_id is not None:
        return ticket.theme_id
    row = joined.meanings(uow.embedder, [_words(uow, ticket)])[0]
    one_at_a_time(uow.db, "themes")
    uow.db.refresh(ticket)
    if ticket.theme_id is not None:
        return ticket.theme_id
    theme = _nearest(uow, ticket, row)
    ticket.theme_id = theme.id if theme else _start(uow, ticket).id
    uow.db.add(ticket)
    kept = Vector(ticket_id=ticket_id, embedder=joined.named(uow.embedder), numbers=row.tobytes())
    themes.keep_vector(uow.db, kept)
    if theme is not None:
        _grow(uow, theme)
    return ticket.theme_id


def _belongs(ticket: Ticket) -> bool:
    """What complains, and what says that something is broken, awkward or wanted; a person's word against it wins."""
    said_no = ticket.kind in NO_KIND_OF_THEME and ticket.origins.get("kind") == "person"
    if said_no or (not ticket.complaint and ticket.origins.get("complaint") == "person"):
        return ticket.kind == REQUEST
    return ticket.complaint or ticket.kind in ABOUT_THE_PRODUCT


def _leave(uow: UnitOfWork, ticket: Ticket) -> None:
    if ticket.theme_id is not None:
        uow.record("left_theme", ticket.id, theme=ticket.theme_id)
        ticket.theme_id = None
        uow.db.add(ticket)


def _words(uow: UnitOfWork, ticket: Ticket) -> str:
    said = voices.opening_words(uow.db, [ticket.id or 0]).get(ticket.id or 0)
    return said.text if said else ticket.gist


def _nearest(uow: UnitOfWork, ticket: Ticket, row: Row) -> Theme | None:
    """The theme that the ticket's nearest neighbours vote for, if they are near enough."""
    with uow.memory.lock:
        _catch_up(uow)
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
    return themes.get(uow.db, elected[0]) if elected and elected[1] >= near.enough else None


def _catch_up(uow: UnitOfWork) -> None:
    """Read what was grouped since; all of it at the first time. What another embedder made is renewed bit by bit."""
    name = joined.named(uow.embedder)
    known = uow.memory
    known.begin(name, lambda: joined.meanings(uow.embedder, list(memory.unrelated())))
    if known.others_to_renew:
        known.others_to_renew = _renew(uow, name)
    known.keep_bytes(themes.vectors(uow.db, name, after=known.newest))
    if themes.count_vectors(uow.db, name) != len(known):
        there = themes.with_vector(uow.db, name)
        known.forget_all_but(there)
        missed = [one for one in there if one not in known]
        for start in range(0, len(missed), READ_AT_ONCE):
            known.keep_bytes(themes.vectors_of(uow.db, name, missed[start : start + READ_AT_ONCE]))


def _renew(uow: UnitOfWork, name: str) -> bool:
    """Make a portion of other embedders' vectors anew, one of every theme before the second of any. True if there are more."""
    old = themes.without_vector(uow.db, name, uow.memory.portion)
    if old:
        said = voices.opening_words(uow.db, old)
        texts = [said[one].text if one in said else tickets.get(uow.db, one).gist for one in old]
        for one, row in zip(old, joined.meanings(uow.embedder, texts), strict=True):
            themes.keep_vector(uow.db, Vector(ticket_id=one, embedder=name, numbers=row.tobytes()))
    return len(old) == uow.memory.portion


def _start(uow: UnitOfWork, ticket: Ticket) -> Theme:
    theme = Theme(
        name=_name(uow, [ticket], themes.names(uow.db)),
        kind="usability" if ticket.kind in NO_KIND_OF_THEME else ticket.kind,
        language=ticket.language,
        created_at=uow.now(),
    )
    themes.add(uow.db, theme)
    uow.record("theme_started", ticket.id, theme=theme.id, called=theme.name)
    return theme


def _grow(uow: UnitOfWork, theme: Theme) -> None:
    """One more: the theme is of the kind most of it is of; while it is new, it may find a better name."""
    uow.db.flush()
    counts = themes.kinds(uow.db, theme.id or 0)
    telling = {kind: count for kind, count in counts.items() if kind not in NO_KIND_OF_THEME}
    theme.kind = max(telling, key=lambda kind: (telling[kind], kind == theme.kind, kind), default=theme.kind)
    zone = uow.policy.time_zone
    young = weeks.containing(theme.created_at, zone) == weeks.containing(uow.now(), zone)
    if young and theme.named_by == "machine" and sum(counts.values()) in NAMED_AT:
        told = tickets.of_theme(uow.db, theme.id or 0, NAMED_BY_MOST)
        theme.name = _name(uow, told, themes.names(uow.db) - {theme.name})
    uow.db.add(theme)


def _name(uow: UnitOfWork, told: list[Ticket], taken: set[str]) -> str:
    """A name from what the tickets say, in which nobody is named."""
    called = evidence.called(uow.db, sorted({one.customer_id for one in told if one.customer_id}))
    companies = [way for name, key, domains in called.companies for way in names.called(name, key, domains)]
    said = voices.opening_words(uow.db, [one.id or 0 for one in told])
    people = [*called.people, *(one.author for one in said.values())]
    ours_first = sorted(told, key=lambda one: (one.language != uow.policy.language, one.id))
    gists = [marks.without_marks(quotes.anonymous(one.gist, companies, people)) for one in ours_first]
    texts = [said[one.id or 0].text if one.id in said else one.gist for one in told]
    return titles.title(glossary.default(), texts, gists, uow.policy.language, taken)
