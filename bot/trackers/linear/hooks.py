"""Linear's webhooks: signed in Linear-Signature, named by Linear-Delivery."""

from collections.abc import Mapping
from typing import Any

from bot.trackers import signed
from bot.trackers.linear import reading
from bot.trackers.signed import moment, part
from handlers.errors import Refused
from handlers.tracking import News


def heard(headers: Mapping[str, str], body: bytes, secret: str | None, us: str | None) -> News:
    """A webhook as news. Raises Forged, Refused."""
    told = signed.opened("Linear", headers, body, "linear-signature", secret)
    return read(told, headers.get("linear-delivery") or signed.fingerprint(body), us)


def read(told: dict[str, Any], delivery: str, us: str | None) -> News:
    """A payload as news."""
    kind, action, data = told.get("type"), told.get("action"), told.get("data")
    if kind not in ("Issue", "Comment") or action not in ("create", "update", "remove"):
        return News(delivery=delivery, ignored=f"Linear tells of “{str(kind)[:60]}”, which is not about a bug.")
    if not isinstance(data, dict) or not data.get("id"):
        raise Refused("Linear told of something and did not say what.")
    at = moment(data.get("updatedAt")) or moment(told.get("webhookTimestamp"))
    if kind == "Issue":
        bug = reading.issue(data)
        was = part(told, "updatedFrom", "identifier")
        news = News(delivery=delivery, key=bug.key, id=bug.id, at=at, bug=bug if bug.signs else None)
        news.gone = action == "remove" or data.get("trashed") is True
        news.was = was if isinstance(was, str) else ""
        return news
    said = reading.comment(data, us)
    issue = str(data.get("issueId") or part(data, "issue", "id") or "")
    if said is None or not issue:
        raise Refused("Linear told of a comment and did not say on what.")
    said.gone = action == "remove"
    return News(delivery=delivery, key=str(part(data, "issue", "identifier") or ""), id=issue, at=at, said=[said])
