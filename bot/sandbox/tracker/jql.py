"""JQL, as much as an integration uses: comparisons joined by AND, OR, NOT and brackets, and ORDER BY."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.tracker.board import PRIORITIES, RESOLUTIONS, STATUSES, TYPES, Board, JiraError, words_of

Matches = Callable[[sqlite3.Row], bool]

_TOKEN = re.compile(r'\s*("(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|!=|!~|<=|>=|[=~<>(),]|[^\s=~<>(),!]+)')
_OPERATORS = ("=", "!=", "~", "!~", "<", ">", "<=", ">=")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Query:
    """A query that has been read. Raises JiraError(400) if it cannot be."""

    def __init__(self, board: Board, text: str) -> None:
        self.board = board
        condition, _, order = _split_order(text)
        self._tokens = _tokens(condition)
        if not self._tokens:
            raise JiraError(
                400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
            )
        self.matches = self._either()
        if self._tokens:
            raise JiraError(400, f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{self._tokens[0]}'.")
        self.order = order

    def run(self) -> Iterator[sqlite3.Row]:
        """Issues that match, newest first unless ORDER BY says otherwise."""
        found = [row for row in self.board.rows("SELECT * FROM issues ORDER BY id DESC") if self.matches(row)]
        for name, downwards in reversed(_order(self.order)):
            found.sort(key=lambda row: str(self._value(row, name)[0]), reverse=downwards)
        return iter(found)

    def _either(self) -> Matches:
        choices = [self._both()]
        while self._taken("or"):
            choices.append(self._both())
        return lambda row: any(choice(row) for choice in choices)

    def _both(self) -> Matches:
        parts = [self._one()]
        while self._taken("and"):
            parts.append(self._one())
        return lambda row: all(part(row) for part in parts)

    def _one(self) -> Matches:
        if self._taken("not"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._taken("("):
            inner = self._either()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Matches:
        name = _bare(self._next()).lower()
        if name not in _FIELDS:
            raise JiraError(400, f"Field '{name}' does not exist or you do not have permission to view it.")
        operator = self._next().lower()
        if operator == "is":
            wanted_empty = not self._taken("not")
            if _bare(self._next()).lower() not in ("empty", "null"):
                raise JiraError(400, "Error in the JQL Query: 'is' must be followed by EMPTY or NULL.")
            return lambda row: (not any(self._value(row, name))) is wanted_empty
        if operator in ("in", "not"):
            if operator == "not":
                self._expect("in")
            wanted = self._list()
            return lambda row: any(self._same(row, name, one) for one in wanted) is (operator == "in")
        if operator not in _OPERATORS:
            raise JiraError(400, f"Error in the JQL Query: Expecting operator but got '{operator}'.")
        return self._operated(name, operator, _bare(self._next()))

    def _operated(self, name: str, operator: str, value: str) -> Matches:
        if operator in ("~", "!~"):
            return lambda row: _contains(self._text(row, name), value) is (operator == "~")
        if operator in ("=", "!="):
            if name == "project" and value not in [one[part] for one in self.board.projects() for part in one]:
                raise JiraError(400, f"The value '{value}' does not exist for the field 'project'.")
            return lambda row: self._same(row, name, value) is (operator == "=")
        if name not in ("created", "updated"):
            raise JiraError(400, f"The operator '{operator}' is not supported by the '{name}' field.")
        moment = _moment(value)
        return lambda row: _compared(self._value(row, name)[0], operator, moment)

    def _same(self, row: sqlite3.Row, name: str, value: str) -> bool:
        return value.lower() in [str(own).lower() for own in self._value(row, name)]

    def _value(self, row: sqlite3.Row, name: str) -> list[Any]:
        return _FIELDS[name](self.board, row, json.loads(row["fields"]))

    def _text(self, row: sqlite3.Row, name: str) -> str:
        return (
            words_of(self.board, row) if name in ("text", "description", "comment") else str(self._value(row, name)[0])
        )

    def _list(self) -> list[str]:
        self._expect("(")
        found = [_bare(self._next())]
        while self._taken(","):
            found.append(_bare(self._next()))
        self._expect(")")
        return found

    def _next(self) -> str:
        if not self._tokens:
            raise JiraError(400, "Error in the JQL Query: The query ended too early.")
        return self._tokens.pop(0)

    def _taken(self, word: str) -> bool:
        if self._tokens and self._tokens[0].lower() == word:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._taken(word):
            got = self._tokens[0] if self._tokens else "the end"
            raise JiraError(400, f"Error in the JQL Query: Expecting '{word}' but got '{got}'.")


Read = Callable[[Board, sqlite3.Row, dict[str, Any]], list[Any]]

_FIELDS: dict[str, Read] = {
    "project": lambda board, _, kept: list(board.project(kept["project"]).values()),
    "key": lambda _, row, __: [row["key"], row["id"]],
    "labels": lambda _, __, kept: kept["labels"],
    "summary": lambda _, __, kept: [kept["summary"]],
    "text": lambda board, row, _: [words_of(board, row)],
    "status": lambda _, __, kept: [STATUSES[kept["status"]][0], kept["status"]],
    "statuscategory": lambda _, __, kept: [STATUSES[kept["status"]][2], STATUSES[kept["status"]][4]],
    "issuetype": lambda _, __, kept: [TYPES[kept["issuetype"]], kept["issuetype"]],
    "priority": lambda _, __, kept: [PRIORITIES[kept["priority"]], kept["priority"]],
    "resolution": lambda _, __, kept: [RESOLUTIONS[kept["resolution"]]] if kept["resolution"] else [],
    "assignee": lambda _, __, kept: [kept["assignee"]] if kept.get("assignee") else [],
    "reporter": lambda _, __, kept: [kept["reporter"]],
    "created": lambda _, __, kept: [kept["created"]],
    "updated": lambda _, __, kept: [kept["updated"]],
}
_FIELDS |= {"issue": _FIELDS["key"], "issuekey": _FIELDS["key"], "id": _FIELDS["key"], "type": _FIELDS["issuetype"]}
_FIELDS |= {"description": _FIELDS["text"], "comment": _FIELDS["text"]}


def _split_order(text: str) -> tuple[str, str, str]:
    found = re.search(r"\border\s+by\b", text, re.IGNORECASE)
    return (text[: found.start()], "order by", text[found.end() :]) if found else (text, "", "")


def _order(text: str) -> list[tuple[str, bool]]:
    parts = [part.split() for part in text.split(",") if part.strip()]
    for part in parts:
        if part[0].lower() not in _FIELDS:
            raise JiraError(400, f"Field '{part[0]}' does not exist or you do not have permission to view it.")
    return [(part[0].lower(), len(part) > 1 and part[1].lower() == "desc") for part in parts]


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise JiraError(400, f"Error in the JQL Query: The character '{text[at]}' is not understood.")
        found.append(match[1])
        at = match.end()
    return found


def _bare(token: str) -> str:
    if token[:1] in ("'", '"') and len(token) > 1:
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    return token


def _contains(text: str, wanted: str) -> bool:
    """Jira's text search: every word, in any order, in any of its forms; "quoted" words as a phrase."""
    text = text.lower()
    phrases = re.findall(r'"([^"]+)"', wanted)
    if not all(phrase.lower() in text for phrase in phrases):
        return False
    stems = {_stem(word) for word in re.findall(r"\w+", text)}
    rest = re.findall(r"\w+", re.sub(r'"[^"]+"', " ", wanted).lower())
    return all(_stem(word) in stems or (not word.isascii() and word in text) for word in rest)


def _stem(word: str) -> str:
    return re.sub(r"(?<=\w{3})(ing|ed|es|s)$", "", word)


def _moment(value: str) -> datetime:
    if found := re.fullmatch(r"(-?\d+)([mhdw])", value):
        return datetime.now(UTC) + timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        return datetime.fromisoformat(value.replace("/", "-")).replace(tzinfo=UTC)
    except ValueError:
        raise JiraError(
            400, f"Date value '{value}' is invalid. Valid formats include: 'yyyy-MM-dd', 'yyyy-MM-dd HH:mm', '-5d'."
        ) from None


def _compared(value: str, operator: str, moment: datetime) -> bool:
    own = datetime.fromisoformat(value)
    return {"<": own < moment, ">": own > moment, "<=": own <= moment, ">=": own >= moment}[operator]
