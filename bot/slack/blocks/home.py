"""App Home: what is waiting, the same lists as in the console, page by page."""

from dataclasses import dataclass, field

from bot.slack.blocks import pieces
from bot.slack.blocks.card import short_card
from bot.slack.blocks.did import Did, did_block
from bot.slack.blocks.pieces import Block
from prompts import pressed
from prompts import slack as words
from prompts.card import Card

VIEWS = words.HOME_VIEWS
PAGE = 10
"""Tickets on a page: three blocks each, of the hundred that a home may have."""
ALERTS = 5


@dataclass(frozen=True)
class Home:
    """What one person's home shows. `page` counts from 0; `counts` by view; `alerts` are (id, mrkdwn).

    `gone`: the reader is away. `weary`: how many bitter conversations in a row call for a pause, 0 for none.
    """

    view: str = "buffer"
    page: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)
    alerts: list[tuple[int, str]] = field(default_factory=list)
    name: str = ""
    console_url: str = ""
    day: str = ""
    gone: bool = False
    weary: int = 0


def home_view(home: Home, did: Did | None = None) -> Block:
    """The view to publish; `did` is what the reader just did."""
    said = [did_block(did)] if did else []
    blocks = [pieces.header(words.HOME_TITLE), *said, *_alerts(home), *_day(home), _own(home), _switch(home)]
    if not home.cards:
        blocks.append(pieces.section(words.HOME_EMPTY))
    for card in home.cards[:PAGE]:
        blocks += [pieces.divider(), *short_card(card, home.name)]
    blocks += _turning(home)
    return {"type": "home", "private_metadata": f"{home.view}:{home.page}", "blocks": pieces.within(blocks, 100)}


def stranger_view() -> Block:
    """What somebody sees who is not staff."""
    return {"type": "home", "blocks": [pieces.section(words.HOME_NOT_STAFF)]}


def engineers_view(week: list[Block]) -> Block:
    """What an engineer sees: the week so far, nameless."""
    return {"type": "home", "blocks": pieces.within(week, 100)}


def shown(private_metadata: str) -> tuple[str, int]:
    """Which view and page a home was on."""
    view, _, page = private_metadata.partition(":")
    return (view if view in VIEWS else "buffer"), int(page) if page.isdecimal() and len(page) < 7 else 0


def _alerts(home: Home) -> list[Block]:
    confirm = words.CONFIRM_ALERT
    return [
        pieces.section(f":rotating_light: {text}", pieces.button(confirm, f"confirm:{one}", one, style="danger"))
        for one, text in home.alerts[:ALERTS]
    ]


def _day(home: Home) -> list[Block]:
    told = [pieces.context(home.day)] if home.day else []
    pause = pieces.button(pressed.PAUSE, "pause:0", "0")
    return [*told, *([pieces.section(pressed.weary(home.weary), pause)] if home.weary else [])]


def _own(home: Home) -> Block:
    """What concerns the reader alone: away or back, and the page of their day."""
    url = f"{home.console_url}/day" if home.console_url else None
    return pieces.actions(
        pieces.button(pressed.BACK, "back:0", "0")
        if home.gone
        else pieces.select(pressed.AWAY, "away:0", pressed.AWAY_CHOICES),
        pieces.button(pressed.OWN_DAY, "open:day", "-", url=url) if url else None,
        pieces.button(pressed.MANY, "many:0", "0") if len(home.cards) > 1 else None,
    )


def _switch(home: Home) -> Block:
    return pieces.actions(
        *(
            pieces.button(
                f"{label} ({home.counts.get(view, 0):,})",
                f"home_view:{view}",
                f"{view}:0",
                style="primary" if view == home.view else None,
            )
            for view, label in VIEWS.items()
        )
    )


def _turning(home: Home) -> list[Block]:
    """Earlier, later, and how much there is."""
    total = home.counts.get(home.view, 0)
    first, last = home.page * PAGE + 1, home.page * PAGE + len(home.cards)
    if total <= PAGE and home.page == 0:
        return []
    here = words.home_page(first, last, total)
    before, after = f"{home.view}:{home.page - 1}", f"{home.view}:{home.page + 1}"
    turn = pieces.actions(
        pieces.button(words.HOME_BEFORE, "home_page:before", before) if home.page > 0 else None,
        pieces.button(words.HOME_AFTER, "home_page:after", after) if last < total else None,
        pieces.button(words.OPEN, "open:home", "-", url=home.console_url) if home.console_url else None,
    )
    return [pieces.divider(), pieces.context(here), *([turn] if turn["elements"] else [])]
