"""One call of REST v3 as a method sees it."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.tracker.board import Board, JiraError
from bot.sandbox.tracker.hooks import Hooks
from bot.sandbox.tracker.issues import Changes

Answer = tuple[int, Any]
"""Status and body; None is no body."""


@dataclass(frozen=True)
class Call:
    """The site, who asks (an account id), the names in the path, the query and the body."""

    board: Board
    hooks: Hooks
    by: str
    site: str
    path: dict[str, str]
    query: dict[str, Any]
    body: Any

    def told(self, event: str, key: str, **more: Any) -> None:
        """Tell webhooks what happened to an issue."""
        self.hooks.happened(event, self.board.issue(key), self.by, self.site, **more)

    def changed(self, key: str, items: Changes, kind: str) -> None:
        """Tell webhooks what changed, if anything did."""
        if items:
            told = len(self.board.rows("SELECT 1 FROM deliveries"))
            log = {"id": str(10_000 + told), "items": items}
            self.told("jira:issue_updated", key, issue_event_type_name=kind, changelog=log)


def as_object(given: Any) -> dict[str, Any]:
    """A body that must be an object."""
    if not isinstance(given, dict):
        raise JiraError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return given


def number(given: Any, otherwise: int) -> int:
    """A count in a query or a body; `otherwise` if it is not there."""
    if given in (None, ""):
        return otherwise
    if not str(given).isdigit():
        raise JiraError(400, f"'{given}' is not a number.")
    return int(given)


def count_of(call: Call, name: str, otherwise: int) -> int:
    """A count in the query."""
    return number(call.query.get(name), otherwise)
