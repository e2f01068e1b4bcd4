from typing import Any

import pytest

from bot.sandbox.block_kit import characters, complaints_of


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(name: str, text: str = "Claim", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": name, **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def section(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def select(options: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "a", "options": options}


def option(text: str = "One", value: str = "1") -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def asked(**element: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "label": plain("Why"),
        "element": {"type": "plain_text_input", "action_id": "a", **element},
    }


TOO_MUCH = [
    ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([], "no fewer than 1 items allowed [json-pointer:/blocks]"),
    (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "must be a valid enum value [json-pointer:/blocks/0/text/type]",
    ),
    ([{"type": "poem"}], "unsupported type: poem [json-pointer:/blocks/0/type]"),
    ([{"type": "section"}], "missing required field: text [json-pointer:/blocks/0]"),
    ([section(fields=[plain("x")] * 11)], "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    ([actions(button("a"), button("a"))], "`action_id` a already exists [json-pointer:/blocks/0/elements/1/action_id]"),
    (
        [actions(*[button(f"{number}") for number in range(26)])],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        [actions(button("a" * 256))],
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    (
        [actions(button("a", "x" * 76))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        [actions(button("a", value="x" * 2001))],
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    ([actions(button("a", style="green"))], "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"),
    (
        [section(accessory=select([option("x" * 76)]))],
        "must be less than 76 characters [json-pointer:/blocks/0/accessory/options/0/text/text]",
    ),
    (
        [section(accessory=select([option()] * 101))],
        "no more than 100 items allowed [json-pointer:/blocks/0/accessory/options]",
    ),
    (
        [section(accessory={"type": "overflow", "action_id": "a", "options": [option()] * 6})],
        "no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]",
    ),
    (
        [{"type": "context", "elements": [plain("x")] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        [asked(placeholder=plain("x" * 151))],
        "must be less than 151 characters [json-pointer:/blocks/0/element/placeholder/text]",
    ),
    ([section(block_id="a"), section(block_id="a")], "`block_id` a already exists [json-pointer:/blocks/1/block_id]"),
    (
        [{"type": "image", "image_url": "https://example.com/a.png"}],
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    (["text"], "must be an array of objects [json-pointer:/blocks]"),
    (
        [actions(button("a", confirm=dict.fromkeys(("title", "text", "confirm", "deny"), plain("x" * 101))))],
        "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]",
    ),
]


@pytest.mark.parametrize(("blocks", "complaint"), TOO_MUCH, ids=[complaint for _, complaint in TOO_MUCH])
def test_what_goes_over_a_limit_is_refused_and_says_where(blocks: Any, complaint: str) -> None:
    assert complaint in complaints_of(blocks, "/blocks", 50)


def test_what_keeps_the_limits_passes() -> None:
    blocks = [
        {"type": "header", "text": plain("x" * 150)},
        section("x" * 3000, fields=[plain("y" * 2000)], accessory=select([option()] * 100)),
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "*a*"}]},
        actions(button("a", "x" * 75, value="x" * 2000, style="danger"), button("b")),
        actions(button("a")),
        asked(multiline=True),
        {"type": "rich_text", "elements": []},
    ]
    assert complaints_of(blocks, "/blocks", 50) == []


@pytest.mark.parametrize("part", [None, 1, "x", [], {}, {"type": None}, {"type": "section", "text": []}])
def test_nonsense_is_refused_and_never_an_accident(part: Any) -> None:
    for blocks in (part, [part], [{"type": "actions", "elements": part}], [section(accessory=part)]):
        assert complaints_of(blocks, "/blocks", 50)
    for element in (select(part), button("a", confirm=part), button("a") | {"text": part}):
        assert complaints_of([actions(element)], "/blocks", 50)


def test_characters_of_all_texts_are_counted_together() -> None:
    assert characters([section("abc"), actions(button("a", "de")), {"type": "markdown", "text": "fgh"}]) == 8
