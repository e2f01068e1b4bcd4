"""The listener's card of a ticket: what it is, what was said, and the buttons that fit how it stands."""

from bot.slack.blocks import pieces
from bot.slack.blocks.pieces import Block
from prompts import card as card_words
from prompts import pressed
from prompts import slack as words
from prompts.card import Card

SNOOZES = {**{str(minutes): label for minutes, label in words.SNOOZE_CHOICES.items()}, **words.SNOOZE_UNTIL}


def card_blocks(card: Card, mine: str | None = None) -> list[Block]:
    """The whole card. `mine` is the reader's name where only one person reads it: then only what they can do is offered."""
    quote, times = card_words.quote(card), card_words.times(card)
    return [
        pieces.section(card_words.headline(card)),
        pieces.context(card_words.standing(card)),
        *([pieces.section(quote)] if quote else []),
        *([pieces.context(times)] if times else []),
        *promise(card),
        main_actions(card, mine),
        *([] if card.state == "resolved" else [further_actions(card)]),
    ]


def short_card(card: Card, mine: str | None = None) -> list[Block]:
    """Three blocks for a place in a list."""
    lines = "\n".join(filter(None, (card_words.standing(card), card_words.times(card))))
    return [pieces.section(card_words.headline(card)), pieces.context(lines), main_actions(card, mine)]


def promise(card: Card) -> list[Block]:
    """What a reply may have promised: one press to be reminded of it."""
    if card.promise is None:
        return []
    yes = pieces.button(pressed.YES_PROMISED, f"promised:{card.ticket}", card.promise[0], style="primary")
    no = pieces.button(pressed.NOT_PROMISED, f"not_promised:{card.ticket}", card.promise[0])
    return [pieces.section(card_words.promise(card)), pieces.actions(yes, no)]


def main_actions(card: Card, mine: str | None = None) -> Block:
    """Claim or release, answer, end."""
    one = card.ticket
    if card.state == "resolved":
        return pieces.actions(pieces.button(words.REOPEN, f"reopen:{one}", one), _open(card))
    releasable = card.assignee is not None and (mine is None or card.assignee == mine)
    claim = pieces.button(words.CLAIM, f"claim:{one}", one, style="primary") if card.assignee is None else None
    release = pieces.button(words.RELEASE, f"release:{one}", one) if releasable else None
    return pieces.actions(
        claim or release,
        pieces.button(words.REPLY, f"reply:{one}", one),
        pieces.button(words.NOTE, f"note:{one}", one),
        pieces.button(words.RESOLVE, f"resolve:{one}", one),
        _open(card),
    )


def further_actions(card: Card) -> Block:
    """Set right, put off, pass on."""
    one = card.ticket
    asleep = card.state == "snoozed"
    until = {value: label for value, label in SNOOZES.items() if value != "bug" or card.bug}
    wake = pieces.button(words.WAKE, f"wake:{one}", one) if asleep else None
    return pieces.actions(
        pieces.select(words.KIND, f"kind:{one}", words.KINDS, None if card.unsure else card.kind),
        wake or pieces.select(words.SNOOZE, f"snooze:{one}", until),
        None if card.bug else pieces.button(words.FILE_BUG, f"file_bug:{one}", one),
        pieces.button(pressed.CUSTOMER, f"customer:{one}", one) if card.customer else None,
        pieces.button(pressed.MORE, f"more:{one}", one),
    )


def _open(card: Card) -> Block | None:
    return pieces.button(words.OPEN, f"open:{card.ticket}", card.ticket, url=card.url) if card.url else None
