"""Taking back what was done with a theme, from the list of what became of it."""

from collections.abc import Callable

from bot.web.console import Console
from handlers.errors import Refused
from handlers.insights import answer, differ, locate, merge, move, rename
from storage.database import Session
from storage.desk import history
from storage.desk.history import Event
from storage.desk.tickets import Ticket
from storage.insights import edits
from storage.insights.themes import Theme

_OPPOSITES: dict[str, Callable[[Console, Event], object]] = {
    "theme_renamed": lambda console, done: rename.give_back(console.uow, done.detail["theme"], console.my_id),
    "theme_located": lambda console, done: locate.take_back(console.uow, done.detail["theme"], console.my_id),
    "theme_answered": lambda console, done: answer.take_back(console.uow, done.detail["theme"], console.my_id),
    "theme_moved": lambda console, done: move.move_back(console.uow, done.ticket_id or 0, console.my_id),
    "theme_split": lambda console, done: move.rejoin(console.uow, done.detail["into"], console.my_id),
    "theme_merged": lambda console, done: merge.part(console.uow, done.detail["theme"], console.my_id),
    "theme_differs": lambda console, done: differ.resemble(
        console.uow, done.detail["theme"], done.detail["other"], console.my_id
    ),
}
_UNDONE = {
    "theme_renamed": "theme_unnamed", "theme_located": "theme_unlocated", "theme_answered": "theme_unanswered",
    "theme_moved": "theme_moved_back",
}  # fmt: skip
READ = 1_000
"""So many of the newest events of a theme are looked at."""


def standing(db: Session, theme_id: int) -> set[int]:
    """The events of a theme's page that can be taken back now: of a kind, and of a ticket, the newest that stands."""
    happened = history.of_theme(db, theme_id, READ)
    subjects = {(one.name, one.ticket_id) for one in happened if one.name in _UNDONE}
    newest = [
        history.still_standing([one for one in happened if one.ticket_id == ticket], name, _UNDONE[name])
        for name, ticket in subjects
    ]
    others = [one for one in happened if one.name in _OPPOSITES and one.name not in _UNDONE]
    return {one.id or 0 for one in (*newest, *others) if one is not None and _stands(db, theme_id, one)}


def take_back(console: Console, theme_id: int, event_id: int) -> None:
    """Do the opposite. Raises Refused for what does not stand any more."""
    done = history.get(console.uow.db, event_id)
    if done is None or event_id not in standing(console.uow.db, theme_id):
        raise Refused("This does not stand any more, or something like it has happened since.")
    _OPPOSITES[done.name](console, done)


def _stands(db: Session, theme_id: int, done: Event) -> bool:
    """Whether what it did is still so."""
    if done.name == "theme_moved":
        ticket = db.get(Ticket, done.ticket_id)
        return done.by is not None and ticket is not None and ticket.theme_id == done.detail["after"]
    if done.name == "theme_differs":
        return done.detail["other"] in edits.different_from(db, done.detail["theme"])
    if done.name == "theme_merged":
        merged = db.get(Theme, done.detail["theme"])
        return merged is not None and merged.merged_into == theme_id
    if done.name == "theme_split":
        part = db.get(Theme, done.detail["into"])
        return part is not None and part.merged_into is None
    return True
