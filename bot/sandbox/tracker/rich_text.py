"""Atlassian Document Format: recognised, and turned into the plain text that webhooks and searches carry."""

from typing import Any

_BLOCKS = {
    "paragraph", "heading", "bulletList", "orderedList", "listItem", "codeBlock", "blockquote", "panel", "rule",
    "table", "tableRow", "mediaSingle", "mediaGroup", "taskList", "decisionList", "expand", "blockCard",
}  # fmt: skip


def is_document(value: Any) -> bool:
    """True if `value` is a document of version 1 whose parts all name their type."""
    if not isinstance(value, dict) or value.get("type") != "doc" or value.get("version") != 1:
        return False
    content = value.get("content")
    return isinstance(content, list) and all(_is_node(node) and node["type"] in _BLOCKS for node in content)


def document(text: str) -> dict[str, Any]:
    """A document with a paragraph for each line of `text`."""
    paragraphs = [
        {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []} for line in text.split("\n")
    ]
    return {"type": "doc", "version": 1, "content": paragraphs}


def plain(value: Any) -> str:
    """The words of a document, a line for each block; "" for anything else."""
    if not isinstance(value, dict):
        return ""
    kind = value.get("type")
    if kind == "text":
        return str(value.get("text", ""))
    if kind == "hardBreak":
        return "\n"
    if kind in ("mention", "emoji", "status", "inlineCard"):
        attributes = value.get("attrs", {})
        return str(attributes.get("text") or attributes.get("shortName") or attributes.get("url") or "")
    inner = [plain(node) for node in value.get("content") or []]
    return ("\n" if kind in ("doc", "bulletList", "orderedList", "listItem", "table", "tableRow") else "").join(inner)


def _is_node(node: Any) -> bool:
    if not isinstance(node, dict) or not isinstance(node.get("type"), str):
        return False
    if node["type"] == "text" and (not isinstance(node.get("text"), str) or not node["text"]):
        return False
    return all(_is_node(inner) for inner in node.get("content") or [])
