"""Jira's webhooks, of the cloud and of servers: signed in X-Hub-Signature, named by X-Atlassian-Webhook-Identifier."""

import re
from collections.abc import Mapping
from typing import Any

from bot.trackers import signed
from bot.trackers.jira import reading
from bot.trackers.signed import moment, part
from handlers.errors import Refused
from handlers.tracking import News

_ISSUE = re.compile(r"/issue/(\d+)/comment/")
COMMENTS = ("comment_created", "comment_updated", "comment_deleted")
ISSUES = ("jira:issue_created", "jira:issue_updated", "jira:issue_deleted")


def heard(headers: Mapping[str, str], body: bytes, secret: str | None, site: str, us: str | None) -> News:
    """A webhook as news. Raises Forged, Refused."""
    told = signed.opened("Jira", headers, body, "x-hub-signature", secret)
    return read(told, headers.get("x-atlassian-webhook-identifier") or signed.fingerprint(body), site, us)


def read(told: dict[str, Any], delivery: str, site: str, us: str | None) -> News:
    """A payload as news."""
    event = str(told.get("webhookEvent"))
    if event not in (*COMMENTS, *ISSUES):
        return News(delivery=delivery, ignored=f"Jira tells of “{event[:60]}”, which is not about a bug.")
    news = News(delivery=delivery, at=moment(told.get("timestamp")), gone=event == "jira:issue_deleted")
    issue = told.get("issue")
    if isinstance(issue, dict) and issue.get("key"):
        news.bug = reading.issue(issue, site)
        news.key, news.id = news.bug.key, news.bug.id
        if not news.bug.signs:
            news.bug = None
        news.was = _key_before(told)
    _add_comment(news, event, told, us)
    if not news.key and not news.id:
        raise Refused("Jira told of an issue and did not say which.")
    return news


def _add_comment(news: News, event: str, told: dict[str, Any], us: str | None) -> None:
    given = told.get("comment")
    kept = reading.comment(given, us) if isinstance(given, dict) else None
    if kept is None:
        return
    kept.gone = event == "comment_deleted"
    if kept.gone and news.at:
        kept.at = max(kept.at, news.at)
    news.said = [kept]
    found = _ISSUE.search(str(part(given, "self") or ""))
    if not news.id and found:
        news.id = found[1]


def _key_before(told: dict[str, Any]) -> str:
    """The key that an issue had before it was moved to another project."""
    items = part(told, "changelog", "items")
    for one in items if isinstance(items, list) else []:
        if isinstance(one, dict) and str(one.get("field")).lower() == "key":
            return str(one.get("fromString") or "")
    return ""
