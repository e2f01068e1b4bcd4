"""Slack's message markup read as plain text: who is meant, where a link goes, what was escaped."""

import re
from collections.abc import Mapping

_MARK = re.compile(r"<([^<>\n]{1,4000})>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,31})(?:\|[^>\n]*)?>")
_NOBODY: Mapping[str, str] = {}


def plain(text: str, names: Mapping[str, str] = _NOBODY) -> str:
    """The text as its writer saw it. `names` gives people's names by their Slack id; an unknown one is "somebody"."""
    if "<" in text:
        text = _MARK.sub(lambda found: _read(found[1], names), text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") if "&" in text else text


def mentioned(text: str) -> list[str]:
    """Whom it calls by name, by their Slack ids, each once."""
    return list(dict.fromkeys(_MENTION.findall(text))) if "<@" in text else []


def _read(mark: str, names: Mapping[str, str]) -> str:
    target, _, label = mark.partition("|")
    if target[:1] == "@":
        return "@" + (label or names.get(target[1:]) or "somebody")
    if target[:1] == "#":
        return "#" + (label or "channel")
    if target[:1] == "!":
        return _broadcast(target[1:], label)
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return f"{label} ({address})" if label and label not in (address, target) else address


def _broadcast(kind: str, label: str) -> str:
    """`<!here>`, `<!subteam^S1|@team>`, `<!date^…|the words for who cannot show dates>`."""
    if kind.startswith("date^"):
        return label or "a date"
    name = label.lstrip("@") or ("team" if kind.startswith("subteam^") else kind.partition("^")[0])
    return f"@{name}"
