"""The same for many tickets of a list: chosen in a modal, looked at, then done."""

from typing import Any

from bot import deeds
from bot.slack.blocks.did import Did, did_block
from bot.slack.blocks.home import VIEWS
from bot.slack.blocks.many import many_modal, sure_modal
from bot.slack.blocks.pieces import Block, Shown
from bot.slack.house import Member
from handlers.desk import card
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from prompts import card as card_words
from prompts import pressed as words
from storage.desk import views

MOST = 100
"""As many as Slack lets one choose from."""


def open_many(uow: UnitOfWork, view: str, member: Member) -> Block:
    """What may be done, and the first tickets of a view to choose from. Raises Refused where it is empty."""
    listed = views.listed(uow.db, view if view in VIEWS else "buffer", member.id, limit=MOST)
    if not listed:
        raise Refused(words.NOTHING_TO_CHOOSE)
    known = [card.facts(uow, one) for one in listed]
    names = {str(one.ticket): f"{card_words.plain_name(one)}: {one.gist}" for one in known}
    return many_modal({"ticket": 0}, {name: deed.label for name, deed in deeds.DEEDS.items()}, names)


def look(uow: UnitOfWork, _about: dict[str, Any], given: dict[str, str], member: Member) -> Block:
    """Whom it would be done to and who is left out; nothing is done yet."""
    what, word = given.get("what", ""), given.get("word", "").strip()
    deed, ids = deeds.named(what), _ids(given.get("tickets", ""))
    if deed.asks and not word:
        raise Refused(words.WHICH_TAG)
    fitting, left_out = deeds.parted(uow, deed, ids, member.id)
    if not fitting:
        raise Refused(words.FITS_NONE)
    about = {"ticket": 0, "press": what, "chosen": ",".join(str(one.id) for one in fitting), "word": word[:40]}
    told = [card_words.headline(card.facts(uow, one)) for one in fitting]
    return sure_modal(about, deed.label, told, [f"{uow.reference(one)} {why}" for one, why in left_out])


def send(uow: UnitOfWork, about: dict[str, Any], _given: dict[str, str], member: Member) -> Shown:
    """Do it to those that it still fits; and how to take it back."""
    deed = deeds.named(str(about["press"]))
    done = deeds.do_to(uow, deed, _ids(str(about["chosen"])), member.id, str(about["word"]))
    uow.db.flush()
    text = f"{deed.label}: {len(done):,}"
    return Shown(text, [did_block(Did(text, tuple(one.id or 0 for one in done)))] if done else [])


def _ids(listed: str) -> list[int]:
    return [int(one) for one in listed.split(",")[:MOST] if one.isdecimal() and len(one) < 16]
