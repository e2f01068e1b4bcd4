"""What is shown in Slack: cards, the home, modals, within Block Kit's limits at any size of what they show."""

from bot.slack.blocks import pieces
from bot.slack.blocks.card import card_blocks
from bot.slack.blocks.pieces import Block
from handlers.outside import Intent
from prompts import slack as words
from prompts.card import Card


def of_intent(intent: Intent) -> list[Block]:
    """The blocks of something we say. What comes as blocks (a digest) is taken as it is."""
    if intent.purpose == "card":
        return card_blocks(Card.model_validate(intent.blocks[0]))
    if intent.purpose == "alert":
        return alert_blocks(intent.text, intent.blocks)
    if intent.purpose == "theme_alert":
        return theme_alert_blocks(intent.text, intent.blocks)
    return intent.blocks


def theme_alert_blocks(text: str, facts: list[Block]) -> list[Block]:
    """An alert on a theme; while it is open, with the button that says it was not worth it."""
    shown = [pieces.section(text)]
    if facts and facts[0].get("state") == "open":
        number = facts[0]["alert"]
        shown.append(pieces.actions(pieces.button(words.DISMISS_ALERT, f"dismiss_theme:{number}", number)))
    return shown


def alert_blocks(text: str, facts: list[Block]) -> list[Block]:
    """An alert; while nobody has confirmed it, with the button to do so."""
    shown = [pieces.section(text)]
    if facts and facts[0].get("state") == "open":
        number = facts[0]["alert"]
        shown.append(pieces.actions(pieces.button(words.CONFIRM_ALERT, f"confirm:{number}", number, style="danger")))
    return shown
