"""What somebody just did, with the button that takes it back."""

from dataclasses import dataclass

from bot.slack.blocks import pieces
from bot.slack.blocks.pieces import Block
from handlers.unit_of_work import UnitOfWork
from prompts import pressed
from prompts import slack as words
from storage.desk.history import Event


@dataclass(frozen=True)
class Did:
    """A word about it, and the events that are to be taken back together; or the press of its own, `action`, that does it."""

    text: str
    events: tuple[int, ...] = ()
    action: str = ""


def taken_back_by(uow: UnitOfWork, *events: Event) -> Did | None:
    """How it is said and taken back; None where it cannot be."""
    undoable = [one for one in events if isinstance(one.detail.get("before"), dict) and one.ticket_id]
    if not undoable:
        return None
    uow.db.flush()
    last = undoable[-1]
    said = pressed.DID.get(last.name, pressed.DID_SOMETHING) if len(undoable) == 1 else pressed.DID_SOMETHING
    text = said.format(reference=uow.reference_of(last.ticket_id or 0))
    return Did(text, tuple(one.id or 0 for one in undoable))


def did_block(did: Did) -> Block:
    """A line with its button."""
    events = ",".join(map(str, did.events[:100]))
    action = did.action or f"undo:{did.events[0]}"
    return pieces.section(did.text, pieces.button(words.UNDO, action, events))
