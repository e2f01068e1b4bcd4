"""The stand-in against Atlassian's own description of REST v3, where that is at hand."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.sandbox.serve import running
from bot.sandbox.tracker import app
from bot.sandbox.tracker.rich_text import document
from tests.sandbox.test_tracker import FIELDS, ask

SPECIFICATION = Path(__file__).parents[3] / "shared" / "data" / "specs" / "jira-cloud-v3.json"
pytestmark = pytest.mark.skipif(not SPECIFICATION.exists(), reason="needs Jira's OpenAPI file, which is not shipped")

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
        operation = described(method, path.partition("?")[0])
        answer = ask(jira, method, path, body)
        assert str(answer.status) in operation["responses"], (method, path, answer)
        if body is not None and answer.status < 300:
            check(operation["requestBody"], body)
        content = operation["responses"][str(answer.status)]
        if "content" in content and answer.body is not None:
            check(content, answer.body)


def test_what_the_description_forbids_is_refused(jira: str) -> None:
    for fields in ({"summary": "x"}, {**FIELDS, "description": "plain"}, {**FIELDS, "labels": ["a b"]}):
        shape = schema_of(described("POST", "/issue")["requestBody"])
        assert list(Draft202012Validator(shape).iter_errors({"fields": fields}))
        assert ask(jira, "POST", "/issue", {"fields": fields}).status == 400


def check(content: Any, body: Any) -> None:
    problems = [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema_of(content)).iter_errors(body)
    ]
    assert problems == []


def schema_of(content: Any) -> dict[str, Any]:
    schema = content["content"]["application/json"].get("schema", {})
    return {**schema, "components": specification()["components"]}


def described(method: str, path: str) -> Any:
    """The operation of a concrete path; the path with most words of its own wins."""
    fitting = [
        template for template, operations in specification()["paths"].items()
        if method.lower() in operations
        and re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template)), f"/rest/api/3{path}")
    ]  # fmt: skip
    return specification()["paths"][min(fitting, key=lambda template: template.count("{"))][method.lower()]


@cache
def specification() -> Any:
    return _modern(json.loads(SPECIFICATION.read_text()))


def _modern(part: Any) -> Any:
    """OpenAPI 3.0's `nullable` in words that JSON Schema knows."""
    if isinstance(part, list):
        return [_modern(item) for item in part]
    if not isinstance(part, dict):
        return part
    plain = {name: _modern(value) for name, value in part.items() if name not in ("nullable", "example", "examples")}
    return {"anyOf": [plain, {"type": "null"}]} if part.get("nullable") is True else plain
