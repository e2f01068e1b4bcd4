"""The modal with everything else that can be done with a ticket."""

from collections.abc import Iterator

from bot.slack.blocks import pieces
from bot.slack.blocks.did import did_block, taken_back_by
from bot.slack.blocks.more import Choices, more_modal
from bot.slack.blocks.pieces import Block, Shown
from bot.slack.house import Member
from handlers.analysis import rights
from handlers.desk import card, claim, correct, merge, tag
from handlers.errors import Refused
from handlers.insights import move
from handlers.unit_of_work import UnitOfWork
from prompts import card as card_words
from prompts import pressed as words
from storage.accounts import staff
from storage.desk import messages
from storage.desk.history import Event
from storage.insights import themes

MOST = 100


def open_more(uow: UnitOfWork, ticket_id: int) -> Block:
    """The modal, with who may take it over and which message may begin a ticket of its own."""
    facts = card.facts(uow, uow.ticket(ticket_id))
    colleagues = {str(one.id): one.name for one in staff.everyone(uow.db) if "desk" in rights.of(one.role)}
    said = [one for one in messages.of_ticket(uow.db, ticket_id) if one.direction == "in" and one.text][1:]
    later = {str(one.id): one.text for one in reversed(said[-MOST:])}
    ticket = uow.ticket(ticket_id)
    theme = themes.get(uow.db, ticket.theme_id).name if ticket.theme_id else ""
    choices = Choices(colleagues, later, theme, tuple(ticket.extra.get("tags", ())))
    return more_modal({"ticket": ticket_id}, card_words.plain_name(facts), choices)


def send(uow: UnitOfWork, about: dict[str, object], given: dict[str, str], member: Member) -> Shown:
    """All that was chosen, or nothing of it; and how to take it back. Raises Refused where nothing was."""
    ticket_id = int(str(about["ticket"]))
    did = [one for one in _deeds(uow, ticket_id, given, member.id) if one is not None]
    if not any(given.values()):
        raise Refused(words.NOTHING_CHOSEN)
    found = taken_back_by(uow, *did)
    text = found.text if found else words.DID_SOMETHING.format(reference=uow.reference_of(ticket_id))
    return Shown(text, [did_block(found)] if found else [pieces.section(text)])


def _deeds(uow: UnitOfWork, ticket_id: int, given: dict[str, str], me: int) -> Iterator[Event | None]:
    if to := given.get("to", ""):
        yield claim.hand_over(uow, ticket_id, me, int(to) if to.isdecimal() else 0, given.get("word", ""))
    if severity := given.get("severity"):
        yield correct.correct(uow, ticket_id, me, "severity", severity)
    for word in filter(None, (one.strip() for one in given.get("tags", "").split(","))):
        yield tag.tag(uow, ticket_id, me, word)
    if off := given.get("untag"):
        yield tag.untag(uow, ticket_id, me, off)
    if theme := given.get("theme"):
        move.move_to(uow, ticket_id, me, theme)
    if other := given.get("link"):
        yield tag.link(uow, ticket_id, me, other)
    if kind := given.get("emergency"):
        if not given.get("why", "").strip():
            raise Refused(words.SAY_WHY)
        yield correct.correct(uow, ticket_id, me, "emergency", kind, given["why"])
    if message := given.get("split", ""):
        yield merge.split(uow, ticket_id, me, int(message) if message.isdecimal() else 0)
    if other := given.get("merge"):
        yield merge.merge(uow, ticket_id, me, other)
