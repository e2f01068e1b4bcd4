"""Whatever is shown stays within Block Kit's limits, at any size of what it shows."""

import json
import os
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.sandbox.block_kit import MESSAGE_BLOCKS, VIEW_BLOCKS, characters, complaints_of
from bot.slack.blocks import alert_blocks, pieces
from bot.slack.blocks.card import card_blocks, short_card
from bot.slack.blocks.did import Did, did_block
from bot.slack.blocks.home import Home, home_view, shown, stranger_view
from bot.slack.blocks.many import many_modal, sure_modal
from bot.slack.blocks.modals import Begun, bug_modal, field_name, note_modal, reply_modal, report_modal, typed
from bot.slack.blocks.more import Choices, customer_modal, more_modal
from handlers.analysis.telling import reports
from prompts import slack as words
from prompts.card import Card, CustomerCard, customer_lines, quote
from prompts.sources import slack_line
from storage.vocabulary import EMERGENCIES, KINDS, TICKET_STATES

nasty = st.sampled_from(
    ["&", "<", ">", "<!here>", "@channel", "```", "\n", "名", "🔥", " ", "a", "|", "*", "\u202e", "\x00"]
)
texts = st.one_of(
    st.text(max_size=40),
    st.builds(lambda part, times: part * times, nasty, st.integers(0, 5000)),
    st.lists(nasty, max_size=60).map("".join),
)
times = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
cards = st.builds(
    Card,
    ticket=st.integers(1, 10**9),
    reference=texts,
    url=st.sampled_from(["", "https://earshot.example/tickets/ES-1", "https://a.example/" + "x" * 4000]),
    customer=st.none() | texts,
    plan=st.none() | texts,
    contract_value=st.floats(0, 1e12),
    writer=texts,
    gist=texts,
    said=texts,
    messages=st.integers(1, 10**6),
    kind=st.sampled_from(KINDS),
    unsure=st.booleans(),
    severity=st.integers(1, 4),
    emergency=st.none() | st.sampled_from(EMERGENCIES),
    band=st.sampled_from(["none", "possible", "certain"]),
    queue=st.sampled_from(["buffer", "regular"]),
    state=st.sampled_from(TICKET_STATES),
    assignee=st.none() | texts,
    due_at=times,
    due_reason=texts,
    snoozed_until=times,
    bug=st.none() | texts,
    promise=st.none() | st.tuples(st.integers(1, 10**6), texts, st.datetimes(timezones=st.just(UTC))),
)
STATES = 10_000 if os.environ.get("EARSHOT_FULL") == "1" else 200
"""Generated states of each of the four things shown."""


def action_ids(blocks: list[dict[str, Any]]) -> list[str]:
    parts = [
        part
        for block in blocks
        for part in (*block.get("elements", ()), block.get("accessory", {}), block.get("element", {}))
    ]
    return [part["action_id"] for part in parts if "action_id" in part]


def well_formed(blocks: list[dict[str, Any]], most: int) -> None:
    assert complaints_of(blocks, "/blocks", most) == []
    assert len(set(action_ids(blocks))) == len(action_ids(blocks))
    for block in Block.parse_all(blocks):
        block.validate_json()
    json.dumps(blocks, ensure_ascii=False).replace("\ud800", "").encode("utf-8", "surrogatepass")


def view_is_well_formed(view: dict[str, Any]) -> None:
    well_formed(view["blocks"], VIEW_BLOCKS)
    View(**view).validate_json()
    assert len(view.get("private_metadata", "")) <= 3000
    for name in ("title", "submit", "close"):
        assert len(view.get(name, {}).get("text", "x")) <= 24


@settings(max_examples=STATES, deadline=None)
@given(cards)
def test_a_card(card: Card) -> None:
    blocks = card_blocks(card)
    well_formed(blocks, MESSAGE_BLOCKS)
    assert characters(blocks) < 12_000
    assert "<!here>" not in str(blocks)


@settings(max_examples=STATES, deadline=None)
@given(
    st.lists(cards, max_size=3),
    st.integers(0, 10**6),
    st.lists(texts, max_size=8),
    st.sampled_from(list(words.HOME_VIEWS)),
    texts,
)
def test_a_home(some: list[Card], total: int, alerts: list[str], view: str, name: str) -> None:
    listed = [one.model_copy(update={"ticket": number}) for number, one in enumerate((some * 10)[:10], 1)]
    warned = [(number, pieces.cut(text, 3000)) for number, text in enumerate(alerts)]
    did = Did(pieces.cut(name, 3000), tuple(range(10**8, 10**8 + len(alerts) * 9 + 1)))
    home = Home(
        view,
        3,
        {view: total + len(listed) + 30},
        listed,
        warned,
        name,
        "https://earshot.example",
        name[:50],
        bool(total % 2),
        total % 5,
    )
    view_is_well_formed(home_view(home, did))
    well_formed([*card_blocks(listed[0]), did_block(did)] if listed else [did_block(did)], MESSAGE_BLOCKS)


@settings(max_examples=STATES, deadline=None)
@given(cards, texts, st.lists(texts, max_size=9), st.dictionaries(st.integers(1, 10**6).map(str), texts, max_size=30))
def test_a_reply_and_a_note(card: Card, text: str, news: list[str], stock: dict[str, str]) -> None:
    about = {"ticket": card.ticket, "seen": 5, "press": "p" * 32}
    sources = slack_line([("saved", one, f"https://earshot.example/{number}") for number, one in stock.items()][:7])
    begun = Begun(text, news, sources, stock, "resolve", can_write=bool(news))
    view_is_well_formed(reply_modal(about, card.reference, quote(card), begun))
    view_is_well_formed(
        more_modal(about, card.reference, Choices(stock, {**stock, "0": text}, text, [one or "-" for one in news]))
    )
    view_is_well_formed(note_modal(about, card.reference))
    view_is_well_formed(many_modal({"ticket": 0}, {"claim": "Claim"}, {**stock, "0": text}))
    view_is_well_formed(sure_modal({**about, "chosen": "1," * 100}, text, [text, *news] * 9, news * 9))
    view_is_well_formed(report_modal({"press": "p" * 32, "channel": ""}, text))


@settings(max_examples=STATES, deadline=None)
@given(texts, st.dictionaries(st.integers(1, 10**6).map(str), texts, max_size=30), texts)
def test_a_bug(text: str, existing: dict[str, str], name: str) -> None:
    proposal = dict.fromkeys(("title", "happens", "expected", "steps", "environment"), text)
    view = bug_modal({"ticket": 1}, name, proposal, existing)
    view_is_well_formed(view)
    written = {one["block_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"}
    assert written["title"]["max_length"] == reports.TITLE_MOST, "as much as can be filed"


@settings(max_examples=200, deadline=None)
@given(cards, texts)
def test_what_else_is_shown(card: Card, text: str) -> None:
    well_formed(short_card(card, text), MESSAGE_BLOCKS)
    well_formed(alert_blocks(pieces.cut(text, 30_000) or "x", [{"alert": 1, "state": "open"}]), MESSAGE_BLOCKS)
    customer = CustomerCard(
        name=text,
        plan=text,
        flagged_until=datetime(2026, 11, 22, tzinfo=UTC),
        flagged_why=text,
        latest=[card] * 5,
        bugs=[text] * 5,
        promised=[(text, datetime(2026, 11, 22, tzinfo=UTC))] * 5,
    )
    well_formed([pieces.section(line) for line in customer_lines(customer)], MESSAGE_BLOCKS)
    view_is_well_formed(customer_modal({"ticket": 1}, customer_lines(customer)))
    view_is_well_formed(stranger_view())


def test_what_was_typed_is_read_by_the_name_of_its_field() -> None:
    values = {
        field_name("text", {"seen": 7}): {"text-7": {"type": "plain_text_input", "value": "hello"}},
        "existing": {"existing": {"type": "static_select", "selected_option": {"value": "3"}}},
        "steps": {"steps": {"type": "plain_text_input", "value": None}},
    }
    assert typed({"state": {"values": values}}) == {"text": "hello", "existing": "3", "steps": ""}


@pytest.mark.parametrize(
    ("kept", "read"),
    [("mine:3", ("mine", 3)), ("", ("buffer", 0)), ("x:y", ("buffer", 0)), ("regular:-1", ("regular", 0))],
)
def test_a_home_remembers_where_it_was(kept: str, read: tuple[str, int]) -> None:
    assert shown(kept) == read


def test_text_is_never_cut_inside_an_escape() -> None:
    for most in range(3, 30):
        cut = pieces.cut("a &amp; b &lt;c&gt; d &amp;amp; e", most)
        assert len(cut) <= most
        assert cut.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").count("&") == 0
