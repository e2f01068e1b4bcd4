"""/search/jql."""

import base64
import binascii
from typing import Any

from bot.sandbox.tracker import issues
from bot.sandbox.tracker.board import JiraError, age
from bot.sandbox.tracker.jql import Query
from bot.sandbox.tracker.rest.call import Answer, Call, number


def search(call: Call) -> Answer:
    """GET and POST /search/jql. Without `fields` only ids; what is younger than index_delay_seconds is not found,
    except by reconcileIssues, since Jira's index lags behind its issues.
    """
    asked = call.body if isinstance(call.body, dict) else call.query
    certain = {str(number) for number in _several(asked.get("reconcileIssues"))}
    delay = float(call.board.setting("index_delay_seconds", 0))
    found = [
        row for row in Query(call.board, str(asked.get("jql") or "")).run()
        if age(row) >= delay or str(row["id"]) in certain
    ]  # fmt: skip
    start, most = _token_start(asked.get("nextPageToken")), min(number(asked.get("maxResults"), 50), 5000)
    names = ",".join(map(str, _several(asked.get("fields")))) or "id"
    properties = ",".join(map(str, _several(asked.get("properties"))))
    listed = [issues.shown(call.board, row, call.site, names, properties) for row in found[start : start + most]]
    last = len(found) <= start + most
    if names == "id":
        listed = [{"id": one["id"]} for one in listed]
    token = {} if last else {"nextPageToken": base64.urlsafe_b64encode(str(start + most).encode()).decode()}
    return 200, {"issues": listed, "isLast": last, **token}


def gone(_: Call) -> Answer:
    """/search, which Jira Cloud has removed."""
    raise JiraError(410, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.")


def _several(given: Any) -> list[Any]:
    if isinstance(given, list):
        return given
    return [part.strip() for part in str(given).split(",")] if given else []


def _token_start(token: Any) -> int:
    try:
        return int(base64.urlsafe_b64decode(str(token))) if token else 0
    except (binascii.Error, ValueError):
        raise JiraError(400, "The provided next page token is invalid.") from None
