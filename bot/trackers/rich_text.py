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
