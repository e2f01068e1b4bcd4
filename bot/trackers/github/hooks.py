"""GitHub's webhooks: signed in X-Hub-Signature-256, named by X-GitHub-Delivery."""

from collections.abc import Mapping
from typing import Any

from bot.trackers import signed
from bot.trackers.github import reading
from bot.trackers.signed import moment, part
from handlers.errors import Refused
from handlers.tracking import News


def heard(headers: Mapping[str, str], body: bytes, secret: str | None, home: str, us: str | None) -> News:
    """A webhook as news. Raises Forged, Refused."""
    told = signed.opened("GitHub", headers, body, "x-hub-signature-256", secret)
    delivery = headers.get("x-github-delivery") or signed.fingerprint(body)
    return read(told, headers.get("x-github-event", ""), delivery, home, us)


def read(told: dict[str, Any], event: str, delivery: str, home: str, us: str | None) -> News:
    """A payload as news."""
    if event not in ("issues", "issue_comment"):
        return News(delivery=delivery, ignored=f"GitHub tells of “{event[:60]}”, which is not about a bug.")
    issue, action = told.get("issue"), str(told.get("action"))
    if not isinstance(issue, dict) or not isinstance(issue.get("number"), int):
        raise Refused("GitHub told of an issue and did not say which.")
    if "pull_request" in issue:
        return News(delivery=delivery, ignored="GitHub tells of a pull request, which is not a bug.")
    bug = reading.issue(issue, home)
    news = News(delivery=delivery, key=bug.key, id=bug.id, at=bug.changed_at, bug=bug if bug.signs else None)
    if event == "issues":
        news.gone = action == "deleted"
        if action == "transferred":
            _moved(news, told, home)
        return news
    said = reading.comment(told.get("comment"), us)
    if said is None:
        raise Refused("GitHub told of a comment and did not say which.")
    said.gone = action == "deleted"
    news.said = [said]
    return news


def _moved(news: News, told: dict[str, Any], home: str) -> None:
    """The issue lives in another repository from now on; there it has another number."""
    there = part(told, "changes", "new_issue")
    if not isinstance(there, dict) or not isinstance(there.get("number"), int):
        return
    bug = reading.issue(there, home)
    name = part(told, "changes", "new_repository", "full_name")
    if isinstance(name, str) and "#" in bug.key and not bug.key.rpartition("#")[0] and name.lower() != home.lower():
        bug.key = f"{name}{bug.key}"
    news.was, news.key, news.bug = news.key, bug.key, bug
    news.at = moment(there.get("updated_at")) or news.at
