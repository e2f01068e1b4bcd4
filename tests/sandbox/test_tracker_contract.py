"""The stand-in against Atlassian's own description of REST v3, where that is at hand."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.sandbox.serve import running
from bot.sandbox.tracker import app
from bot.sandbox.tracker.rich_text import document
from tests.sandbox.test_tracker import FIELDS, ask
from tests.trackers.described import JIRA, Described

DESCRIBED = Described(JIRA)
pytestmark = pytest.mark.skipif(
    not JIRA.exists(), reason="needs Jira's OpenAPI file in ../shared, which is not shipped"
)

WALK: list[tuple[str, str, Any]] = [
    ("POST", "/issue", {"fields": FIELDS, "properties": [{"key": "earshot", "value": {"bug": 7}}]}),
    ("GET", "/issue/PROD-1?properties=earshot", None),
    ("GET", "/issue/PROD-1?fields=summary", None),
    ("PUT", "/issue/PROD-1", {"fields": {"summary": "x"}, "update": {"labels": [{"add": "vip"}]}}),
    ("PUT", "/issue/PROD-1?returnIssue=true", {"fields": {"summary": "y"}}),
    ("GET", "/search/jql?jql=labels%3Dearshot-7&fields=*all", None),
    ("POST", "/search/jql", {"jql": "labels = earshot-7", "fields": ["summary"], "maxResults": 5, "reconcileIssues": [1]}),
    ("POST", "/issue/PROD-1/comment", {"body": document("hello")}),
    ("GET", "/issue/PROD-1/comment", None),
    ("GET", "/issue/PROD-1/comment/1", None),
    ("PUT", "/issue/PROD-1/comment/1", {"body": document("hello again")}),
    ("GET", "/issue/PROD-1/transitions", None),
    ("POST", "/issue/PROD-1/transitions", {"transition": {"id": "41"}}),
    ("GET", "/issue/PROD-1", None),
    ("PUT", "/issue/PROD-1/properties/other", {"a": 1}),
    ("GET", "/issue/PROD-1/properties", None),
    ("GET", "/issue/PROD-1/properties/earshot", None),
    ("DELETE", "/issue/PROD-1/properties/earshot", None),
    ("GET", "/issue/createmeta?projectKeys=PROD&expand=projects.issuetypes.fields", None),
    ("GET", "/issue/createmeta/PROD/issuetypes", None),
    ("GET", "/issue/createmeta/PROD/issuetypes/10004", None),
    ("GET", "/myself", None),
    ("GET", "/mypermissions?permissions=CREATE_ISSUES", None),
    ("GET", "/serverInfo", None),
    ("GET", "/project/search", None),
    ("GET", "/project/PROD", None),
    ("GET", "/project/PROD/statuses", None),
    ("POST", "/version", {"name": "4.2", "projectId": 10000}),
    ("PUT", "/version/1", {"released": True}),
    ("GET", "/version/1", None),
    ("POST", "/issue", {"fields": {**FIELDS, "summary": ""}}),
    ("POST", "/issue/PROD-1/comment", {"body": "plain"}),
    ("GET", "/issue/PROD-99", None),
    ("DELETE", "/issue/PROD-1", None),
]  # fmt: skip


@pytest.fixture(scope="module")
def jira() -> Iterator[str]:
    with running(app()) as address:
        yield address


def test_every_answer_has_the_shape_that_jira_describes(jira: str) -> None:
    for method, path, body in WALK:
        place, _, query = f"/rest/api/3{path}".partition("?")
        answer = ask(jira, method, path, body)
        if answer.status < 300 and body is not None:
            assert DESCRIBED.sent(method, place, {}, body) == [], (method, path)
        assert DESCRIBED.answered(method, place, answer.status, answer.body) == [], (method, path, query)


def test_what_the_description_forbids_is_refused(jira: str) -> None:
    for fields in ({"summary": "x"}, {**FIELDS, "description": "plain"}, {**FIELDS, "labels": ["a b"]}):
        assert DESCRIBED.sent("POST", "/rest/api/3/issue", {}, {"fields": fields})
        assert ask(jira, "POST", "/issue", {"fields": fields}).status == 400
