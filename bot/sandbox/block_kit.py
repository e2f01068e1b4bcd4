"""Block Kit's limits, checked as Slack checks them: every complaint says what is wrong and where.

Complaints are worded as Slack words them: `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

Complaints = Iterator[str]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_CHARACTERS = 13_200  # undocumented; measured by others as the sum over all blocks of a message

_SELECTS = {f"{kind}_select" for kind in ("static", "external", "users", "conversations", "channels")}
_INTERACTIVE = (
    {"button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker"}
    | _SELECTS
    | {f"multi_{kind}" for kind in _SELECTS}
)
_INPUTS = (_INTERACTIVE - {"button", "overflow"}) | {
    "plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input", "rich_text_input",
}  # fmt: skip
_ACTIONS = _INTERACTIVE - {f"multi_{kind}" for kind in _SELECTS} | {"workflow_button"}
_UNCHECKED = {"divider", "rich_text", "video", "file", "table"}


def complaints_of(blocks: Any, pointer: str, most: int) -> list[str]:
    """What Slack would say against `blocks`, which stand at `pointer`; empty if nothing."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return [_where("must be an array of objects", pointer)]
    found = list(_size(blocks, pointer, 1, most))
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        place = f"{pointer}/{number}"
        check = _CHECKS.get(str(block.get("type")))
        if check is None and block.get("type") not in _UNCHECKED:
            found.append(_where(f"unsupported type: {block.get('type')}", f"{place}/type"))
            continue
        found += _identity(block, "block_id", place)
        name = block.get("block_id")
        if name and name in seen:
            found.append(_where(f"`block_id` {name} already exists", f"{place}/block_id"))
        seen.add(str(name))
        found += check(block, place) if check else ()
    return found


def characters(blocks: Any) -> int:
    """Sum of the characters of all texts in `blocks`."""
    if isinstance(blocks, list):
        return sum(characters(part) for part in blocks)
    if not isinstance(blocks, dict):
        return 0
    own = blocks.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(
        characters(part) for part in blocks.values() if isinstance(part, dict | list)
    )


def text_complaints(text: Any, pointer: str, limit: int, plain: bool = False) -> Complaints:
    """Complaints against one text object of at most `limit` characters."""
    if not isinstance(text, dict):
        yield _where("must be an object", pointer)
        return
    kind, words = text.get("type"), text.get("text")
    if kind not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        yield _where("must be a valid enum value", f"{pointer}/type")
    if kind == "mrkdwn" and "emoji" in text:
        yield _where("invalid additional property: emoji", pointer)
    if not isinstance(words, str):
        yield _where("must provide a string", f"{pointer}/text")
    elif not words:
        yield _where("must be more than 0 characters", f"{pointer}/text")
    elif len(words) > limit:
        yield _where(f"must be less than {limit + 1} characters", f"{pointer}/text")


def _where(complaint: str, pointer: str) -> str:
    return f"{complaint} [json-pointer:{pointer}]"


def _size(items: Any, pointer: str, least: int, most: int) -> Complaints:
    if not isinstance(items, list):
        yield _where("must be an array", pointer)
    elif len(items) < least:
        yield _where(f"no fewer than {least} items allowed", pointer)
    elif len(items) > most:
        yield _where(f"no more than {most} items allowed", pointer)


def _identity(thing: dict[str, Any], name: str, pointer: str, limit: int = 255) -> Complaints:
    value = thing.get(name)
    if value is None:
        return
    if not isinstance(value, str):
        yield _where("must provide a string", f"{pointer}/{name}")
    elif not 0 < len(value) <= limit:
        words = f"less than {limit + 1}" if value else "more than 0"
        yield _where(f"must be {words} characters", f"{pointer}/{name}")


def _missing(thing: dict[str, Any], pointer: str, *names: str) -> Complaints:
    for name in names:
        if name not in thing:
            yield _where(f"missing required field: {name}", pointer)


def _section(block: dict[str, Any], pointer: str) -> Complaints:
    if "text" not in block and "fields" not in block:
        yield _where("missing required field: text", pointer)
    if "text" in block:
        yield from text_complaints(block["text"], f"{pointer}/text", 3000)
    if "fields" in block:
        yield from _size(block["fields"], f"{pointer}/fields", 1, 10)
        for number, field in enumerate(_each(block["fields"])):
            yield from text_complaints(field, f"{pointer}/fields/{number}", 2000)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{pointer}/accessory", _INTERACTIVE | {"image"})


def _header(block: dict[str, Any], pointer: str) -> Complaints:
    yield from _missing(block, pointer, "text")
    if "text" in block:
        yield from text_complaints(block["text"], f"{pointer}/text", 150, plain=True)


def _context(block: dict[str, Any], pointer: str) -> Complaints:
    yield from _size(block.get("elements"), f"{pointer}/elements", 1, 10)
    for number, element in enumerate(_each(block.get("elements"))):
        place = f"{pointer}/elements/{number}"
        if isinstance(element, dict) and element.get("type") == "image":
            yield from _image(element, place)
        else:
            yield from text_complaints(element, place, 2000)


def _actions(block: dict[str, Any], pointer: str) -> Complaints:
    yield from _size(block.get("elements"), f"{pointer}/elements", 1, 25)
    seen: set[str] = set()
    for number, element in enumerate(_each(block.get("elements"))):
        place = f"{pointer}/elements/{number}"
        yield from _element(element, place, _ACTIONS)
        name = element.get("action_id") if isinstance(element, dict) else None
        if name and name in seen:
            yield _where(f"`action_id` {name} already exists", f"{place}/action_id")
        seen.add(str(name))


def _input(block: dict[str, Any], pointer: str) -> Complaints:
    yield from _missing(block, pointer, "label", "element")
    if "label" in block:
        yield from text_complaints(block["label"], f"{pointer}/label", 2000, plain=True)
    if "hint" in block:
        yield from text_complaints(block["hint"], f"{pointer}/hint", 2000, plain=True)
    if "element" in block:
        yield from _element(block["element"], f"{pointer}/element", _INPUTS)


def _image(block: dict[str, Any], pointer: str) -> Complaints:
    yield from _missing(block, pointer, "alt_text")
    if "image_url" not in block and "slack_file" not in block:
        yield _where("missing required field: image_url", pointer)
    yield from _identity(block, "image_url", pointer, 3000)
    yield from _identity(block, "alt_text", pointer, 2000)


def _markdown(block: dict[str, Any], pointer: str) -> Complaints:
    yield from _missing(block, pointer, "text")
    yield from _identity(block, "text", pointer, 12_000)


def _element(element: Any, pointer: str, allowed: set[str]) -> Complaints:
    if not isinstance(element, dict) or element.get("type") not in allowed:
        kind = element.get("type") if isinstance(element, dict) else element
        yield _where(f"unsupported type: {kind}", f"{pointer}/type")
        return
    yield from _identity(element, "action_id", pointer)
    kind = element["type"]
    if kind == "button":
        yield from text_complaints(element.get("text"), f"{pointer}/text", 75, plain=True)
        yield from _identity(element, "value", pointer, 2000)
        yield from _identity(element, "url", pointer, 3000)
        if element.get("style", "primary") not in ("primary", "danger"):
            yield _where("must be a valid enum value", f"{pointer}/style")
    elif kind == "image":
        yield from _image(element, pointer)
    if "placeholder" in element:
        yield from text_complaints(element["placeholder"], f"{pointer}/placeholder", 150, plain=True)
    if kind in _OPTIONS:
        yield from _options(element, pointer, *_OPTIONS[kind])
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{pointer}/confirm")


_OPTIONS = {
    "static_select": (1, 100), "multi_static_select": (1, 100), "overflow": (1, 5),
    "checkboxes": (1, 10), "radio_buttons": (1, 10),
}  # fmt: skip


def _options(element: dict[str, Any], pointer: str, least: int, most: int) -> Complaints:
    groups = element.get("option_groups")
    if groups is not None and element["type"].endswith("static_select"):
        yield from _size(groups, f"{pointer}/option_groups", 1, 100)
        lists: Sequence[tuple[str, Any]] = [
            (f"{pointer}/option_groups/{number}/options", group.get("options"))
            for number, group in enumerate(_objects(groups))
        ]
    else:
        lists = [(f"{pointer}/options", element.get("options"))]
    for place, options in lists:
        yield from _size(options, place, least, most)
        for number, option in enumerate(_objects(options)):
            yield from text_complaints(option.get("text"), f"{place}/{number}/text", 75)
            yield from _missing(option, f"{place}/{number}", "value")
            yield from _identity(option, "value", f"{place}/{number}", 150)


def _confirm(confirm: Any, pointer: str) -> Complaints:
    if not isinstance(confirm, dict):
        yield _where("must be an object", pointer)
        return
    for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from text_complaints(confirm.get(name), f"{pointer}/{name}", limit, plain=name != "text")


def _each(items: Any) -> list[Any]:
    return items if isinstance(items, list) else []


def _objects(items: Any) -> list[dict[str, Any]]:
    return [item if isinstance(item, dict) else {} for item in _each(items)]


_CHECKS: dict[str, Callable[[dict[str, Any], str], Complaints]] = {
    "section": _section, "header": _header, "context": _context, "actions": _actions,
    "input": _input, "image": _image, "markdown": _markdown,
}  # fmt: skip
