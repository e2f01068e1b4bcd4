"""Fields of an issue: how each is checked and kept. What cannot be kept is told in Jira's words."""

import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox.tracker.board import PRIORITIES, TYPES, Board, JiraError
from bot.sandbox.tracker.rich_text import is_document

UNKNOWN = "Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
_RICH = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"


def checked_fields(board: Board, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields as they are kept, and what is wrong with those that cannot be."""
    kept: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in fields.items():
        try:
            kept[name] = _kept(board, name, value)
        except JiraError as problem:
            errors[name] = problem.messages[0]
    return kept, errors


def _kept(board: Board, name: str, value: Any) -> Any:
    if name == "summary":
        if not isinstance(value, str) or not value.strip():
            raise JiraError(400, "You must specify a summary of the issue.")
        if len(value) > 255:
            raise JiraError(400, "Summary can't exceed 255 characters.")
        if re.search(r"[\r\n]", value):
            raise JiraError(400, "The summary is invalid because it contains newline characters.")
        return value
    if name in ("description", "environment"):
        if value is not None and not is_document(value):
            raise JiraError(400, _RICH)
        return value
    if name == "labels":
        return _labels(value)
    if name in ("priority", "issuetype"):
        number = number_of(PRIORITIES if name == "priority" else TYPES, value)
        if number is None:
            raise JiraError(400, f"The {name} selected is invalid.")
        return number
    if name in ("assignee", "reporter"):
        account = value.get("accountId") or value.get("id") if isinstance(value, dict) else value
        if account is not None and board.row("SELECT 1 FROM people WHERE account = ?", account) is None:
            raise JiraError(400, f"Account ID '{account}' does not exist or you do not have permission to see it.")
        return account
    if name == "fixVersions":
        return [_version(board, one) for one in value or []]
    if name == "customfield_10010" and board.setting("required_field", None) and reference(value):
        return reference(value)
    if name == "duedate" and (value is None or re.fullmatch(r"\d{4}-\d\d-\d\d", str(value))):
        return value
    raise JiraError(400, UNKNOWN.format(name=name))


def _labels(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        raise JiraError(400, "Specify the value for labels in an array of strings")
    for label in value:
        if re.search(r"\s", label):
            raise JiraError(400, f"The label '{label}' can't contain spaces.")
        if not 0 < len(label) <= 255:
            raise JiraError(400, "The label must have between 1 and 255 characters.")
    return list(dict.fromkeys(value))


def operated(name: str, value: Any, operations: Any) -> Any:
    """`value` after add, remove and set, as an update lists them."""
    if name == "fixVersions":
        value = [{"id": str(number)} for number in value or []]
    for operation in operations:
        for verb, operand in operation.items():
            if verb == "set":
                value = operand
            elif verb == "add":
                value = [*(value or []), operand]
            elif verb == "remove":
                value = [one for one in value or [] if one != operand]
            else:
                raise JiraError(400, **{name: f"Operation '{verb}' is not supported."})
    return value


def _version(board: Board, given: Any) -> int:
    name = reference(given)
    row = board.row("SELECT id FROM versions WHERE name = ? OR CAST(id AS TEXT) = ?", name, name)
    if row is None:
        raise JiraError(400, f"Version name '{name}' is not valid")
    return int(row["id"])


def reference(given: Any) -> str:
    """What {"id": …}, {"key": …} or {"name": …} refers to; "" for anything else."""
    if not isinstance(given, dict):
        return ""
    return str(given.get("id") or given.get("key") or given.get("name") or "")


def number_of(names: Mapping[str, str], given: Any) -> str | None:
    """The id that a reference means among `names`, by id or by name."""
    name = reference(given)
    return next((number for number, known in names.items() if name in (number, known)), None)
