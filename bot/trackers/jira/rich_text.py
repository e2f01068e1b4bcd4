"""Our plain text of a bug as an Atlassian document (ADF), in which customers' words can be nothing but text."""

import re
from itertools import groupby
from typing import Any

Node = dict[str, Any]

MOST = 30_000
"""Characters: Jira refuses descriptions of more than 32,767."""

_STEP = re.compile(r"\d{1,3}\. ")


def document(body: str) -> Node:
    """`## ` lines become headings, `> ` lines quotations, `1. ` lines an ordered list, web addresses links, others paragraphs."""
    content: list[Node] = []
    for kind, lines in groupby(body[:MOST].splitlines(), key=_kind):
        content += _blocks(kind, [line for line in lines if line.strip()])
    return {"type": "doc", "version": 1, "content": content or [_paragraph("–")]}


def _kind(line: str) -> str:
    if line.startswith("## "):
        return "heading"
    if line.startswith("> "):
        return "quote"
    return "step" if _STEP.match(line) else "text"


def _blocks(kind: str, lines: list[str]) -> list[Node]:
    if kind == "heading":
        return [{"type": "heading", "attrs": {"level": 3}, "content": [_text(line[3:])]} for line in lines if line[3:]]
    if kind == "quote":
        return [{"type": "blockquote", "content": [_paragraph(line[2:])]} for line in lines if line[2:].strip()]
    if kind == "step" and lines:
        items = [{"type": "listItem", "content": [_paragraph(_STEP.sub("", line, count=1))]} for line in lines]
        return [{"type": "orderedList", "content": items}]
    return [_paragraph(line) for line in lines]


def _paragraph(line: str) -> Node:
    return {"type": "paragraph", "content": [_text(line)] if line else []}


def _text(line: str) -> Node:
    if re.fullmatch(r"https?://\S+", line):
        return {"type": "text", "text": line, "marks": [{"type": "link", "attrs": {"href": line}}]}
    return {"type": "text", "text": line}


def plain(node: Any) -> str:
    """The words of a document, a line for each block; mentions as `@Name`. Older webhooks tell text: it stays as it is."""
    if isinstance(node, str):
        return node
    return "\n".join(line.rstrip() for line in _plain(node).strip("\n").split("\n"))


def with_block(description: Any, block: str) -> Node:
    """The description with our block in place of the one that begins with the same heading, or at its end."""
    ours = document(block)["content"]
    kept = list(description.get("content") or []) if isinstance(description, dict) else []
    named = _plain(ours[0])
    start = next((at for at, one in enumerate(kept) if one.get("type") == "heading" and _plain(one) == named), None)
    if start is None:
        return {"type": "doc", "version": 1, "content": [*kept, *ours]}
    rest = [at for at in range(start + 1, len(kept)) if kept[at].get("type") == "heading"]
    after = kept[rest[0] :] if rest else []
    return {"type": "doc", "version": 1, "content": [*kept[:start], *ours, *after]}


_LINES = ("doc", "bulletList", "orderedList", "listItem", "table", "tableRow", "blockquote", "panel")


def _plain(node: Any) -> str:
    if not isinstance(node, dict):
        return ""
    kind, attributes = node.get("type"), node.get("attrs") or {}
    if kind == "text":
        return str(node.get("text") or "")
    if kind == "hardBreak":
        return "\n"
    if kind in ("mention", "emoji", "status", "inlineCard"):
        return str(attributes.get("text") or attributes.get("shortName") or attributes.get("url") or "")
    inner = node.get("content")
    return ("\n" if kind in _LINES else "").join(_plain(one) for one in inner) if isinstance(inner, list) else ""
