"""Move and split: a person says which theme tickets belong to. Their opposites: move back, rejoin."""

from handlers import naming
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import one_at_a_time
from storage.desk import history, tickets
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
    own = theme_id is None
    if theme_id is None:
        theme_id = _started(uow, [ticket]).id or 0
        edits.part(uow.db, before, theme_id, staff_id, uow.now())
    elif themes.alive(uow.db, theme_id) is None:
        raise NotFound("There is no such theme.")
    pinned = edits.pinned_to(uow.db, ticket_id)
    ticket.theme_id = theme_id
    uow.db.add(ticket)
    edits.pin(uow.db, [ticket_id], theme_id, staff_id, uow.now())
    uow.record(
        "theme_moved", ticket_id, by=staff_id, theme_id=theme_id, before=before, after=theme_id, pinned=pinned, own=own
    )
    return theme_id


def move_to(uow: UnitOfWork, ticket_id: int, staff_id: int, called: str) -> int:
    """Put the ticket into the theme that is called so, by its whole name or a part that no other has; the theme's id.

    Raises NotFound for none, Refused for several.
    """
    found = themes.named(uow.db, called.strip()) if called.strip() else []
    whole = [one for one in found if one.name.casefold() == called.strip().casefold()]
    found = whole or found
    if not found:
        raise NotFound(f"There is no theme “{called.strip()[:60]}”.")
    if len(found) > 1:
        names = ", ".join(f"“{one.name}”" for one in found[:4])
        raise Refused(f"Several themes are called so: {names}. Write more of the name.")
    return move(uow, ticket_id, staff_id, found[0].id)


def move_back(uow: UnitOfWork, ticket_id: int, staff_id: int) -> int:
    """Undo the last move of a ticket by a person that still stands: it is where it was, and as free as it was. The theme's id.

    Raises Refused where nobody moved it, or where it has gone elsewhere since.
    """
    ticket = uow.ticket(ticket_id)
    one_at_a_time(uow.db, "themes")
    uow.db.refresh(ticket)
    happened = history.of_ticket(uow.db, ticket_id)
    taken = {one.detail["event"] for one in happened if one.name == "theme_moved_back"}
    moves = [one for one in happened if one.name == "theme_moved" and one.by is not None and one.id not in taken]
    if not moves:
        raise Refused("Nobody moved this ticket.")
    last = moves[-1].detail
    left = last["after"]
    if ticket.theme_id != left:
        raise Refused("The ticket has gone elsewhere since; move it from there.")
    home = _now(uow, last["before"])
    ticket.theme_id = home
    uow.db.add(ticket)
    edits.unpin(uow.db, [ticket_id])
    if (pinned := last.get("pinned")) is not None:
        edits.pin(uow.db, [ticket_id], _now(uow, pinned), staff_id, uow.now())
    if last.get("own"):
        edits.rejoin(uow.db, home, left)
        _end(uow, left, home)
    uow.record("theme_moved_back", ticket_id, by=staff_id, theme_id=left, before=left, after=home, event=moves[-1].id)
    return home


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


def rejoin(uow: UnitOfWork, theme_id: int, staff_id: int) -> int:
    """Undo the split that this theme came from: its tickets are where they were. The id of the theme they are in.

    What a person had split is free again; what the machine had split stays together. Raises Refused for a theme that was
    not split off.
    """
    one_at_a_time(uow.db, "themes")
    if themes.alive(uow.db, theme_id) is None:
        raise NotFound("There is no such theme.")
    origin = next((one for one in history.named(uow.db, "theme_split") if one.detail["into"] == theme_id), None)
    if origin is None:
        raise Refused("This theme was not split off another one.")
    home = _now(uow, origin.detail["theme"])
    if home == theme_id:
        raise Refused("The theme it came from has become part of it.")
    back = themes.hand_over(uow.db, origin.detail["tickets"], theme_id, home)
    edits.unpin(uow.db, back)
    if origin.by is None:
        edits.pin(uow.db, back, home, staff_id, uow.now())
    edits.rejoin(uow.db, origin.detail["theme"], theme_id)
    _end(uow, theme_id, home)
    uow.record("theme_rejoined", by=staff_id, theme_id=home, theme=theme_id, into=home, tickets=back)
    return home


def _now(uow: UnitOfWork, theme_id: int) -> int:
    """The theme, or the one that it has become part of."""
    theme = themes.get(uow.db, theme_id)
    return theme_id if theme.merged_into is None else theme.merged_into


def _end(uow: UnitOfWork, theme_id: int, into: int) -> None:
    """A theme that nobody is in any more, and that no person named, is part of the other one."""
    uow.db.flush()
    theme = themes.alive(uow.db, theme_id)
    if theme is None or theme.named_by == "person" or themes.tickets_of(uow.db, theme_id):
        return
    for one in (theme, *themes.merged_into(uow.db, theme_id)):
        one.merged_into = into
        uow.db.add(one)


def _started(uow: UnitOfWork, told: list[Ticket]) -> Theme:
    name = naming.name(uow, told, themes.names(uow.db))
    kinds = [one.kind for one in told]
    new = Theme(name=name, kind=max(kinds, key=kinds.count), language=told[0].language, created_at=uow.now())
    return themes.add(uow.db, new)
