"""Save and drop a view: a list somebody comes back to, under a name."""

from urllib.parse import parse_qsl, urlencode

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean
from storage.desk import saved
from storage.desk.saved import SavedView

KNOWN = ("view", "q", "customer", "theme", "language")


def save(uow: UnitOfWork, staff_id: int, name: str, asked: str, *, shared: bool = False) -> int:
    """Keep what the list was asked for (a query string) under a name, for oneself or everybody; its id."""
    name = clean(name).strip()
    if not name:
        raise Refused("A view needs a name.")
    kept = urlencode([(one, clean(value)) for one, value in parse_qsl(asked) if one in KNOWN])
    if not kept:
        raise Refused("Choose a view, or search for something, before you keep it.")
    known = [one for one in saved.of(uow.db, staff_id) if one.name == name]
    if known:
        raise Refused(f"There is a view “{name}” already.")
    view = SavedView(
        staff_id=None if shared else staff_id, made_by=staff_id, name=name, asked=kept, created_at=uow.now()
    )
    saved.add(uow.db, view)
    uow.record("view_saved", by=staff_id, view=name, shared=shared)
    return view.id or 0


def drop(uow: UnitOfWork, staff_id: int, view_id: int) -> SavedView:
    """Let it go; what it was. Raises NotFound for somebody else's own."""
    view = saved.get(uow.db, view_id)
    if view is None or view.staff_id not in (None, staff_id):
        raise NotFound("This view is not kept any more.")
    saved.remove(uow.db, view)
    uow.record("view_dropped", by=staff_id, view=view.name)
    return view
