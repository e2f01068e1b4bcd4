"""One call of the Web API as a method sees it: who asks, with which arguments, and how to refuse."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.chat.workspace import Workspace

if TYPE_CHECKING:
    from bot.sandbox.chat.sockets import Sockets

Answer = dict[str, Any]


class SlackError(Exception):
    """`ok: false` with one of Slack's own codes, and what else stands in the answer."""

    def __init__(
        self, code: str, complaints: list[str] | None = None, retry_after: int | None = None, **more: Any
    ) -> None:
        super().__init__(code)
        self.code, self.retry_after, self.more = code, retry_after, more
        if complaints:
            self.more["errors"] = complaints
            self.more["response_metadata"] = {"messages": [f"[ERROR] {complaint}" for complaint in complaints]}


@dataclass(frozen=True)
class Token:
    """A token and what it may do. `kind` is "bot" or "app"."""

    text: str
    kind: str
    scopes: frozenset[str]

    def needs(self, scope: str) -> None:
        """Refuse unless the token has `scope`."""
        if scope not in self.scopes:
            raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))


@dataclass(frozen=True)
class Call:
    """The arguments of one call, read leniently as Slack does: form fields, query or JSON give the same."""

    workspace: Workspace
    token: Token
    arguments: dict[str, Any]
    address: str
    sockets: "Sockets | None" = None

    def text(self, name: str, otherwise: str = "") -> str:
        """An argument as text."""
        value = self.arguments.get(name)
        return otherwise if value is None else value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str, code: str = "invalid_arguments") -> str:
        """An argument that must be there."""
        value = self.text(name)
        if not value:
            raise SlackError(code, [f"missing required field: {name}"] if code == "invalid_arguments" else None)
        return value

    def flag(self, name: str) -> bool:
        """An argument that is true or false."""
        return self.text(name).lower() in ("true", "1")

    def number(self, name: str, otherwise: int, most: int) -> int:
        """A count between 1 and `most`."""
        value = self.text(name)
        if not value:
            return otherwise
        if not value.isdigit() or int(value) < 1:
            raise SlackError("invalid_limit")
        return min(int(value), most)

    def structure(self, name: str, code: str) -> Any:
        """An argument that is JSON, itself or as text. None if absent; refuses with `code` if it cannot be read."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(code) from None
