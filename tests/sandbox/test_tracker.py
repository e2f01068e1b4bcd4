import base64
import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.sandbox.serve import running, started
from bot.sandbox.tracker import API_TOKEN, EMAIL, PROJECT, app
from bot.sandbox.tracker.rich_text import document, is_document, plain
from tests.sandbox.wire import Answer, call

FIELDS: dict[str, Any] = {
    "project": {"key": PROJECT},
    "issuetype": {"name": "Bug"},
    "summary": "Export hangs at 90 %",
    "description": document("It hangs.\nEvery Monday."),
    "labels": ["earshot", "earshot-7"],
}


@pytest.fixture
def jira() -> Iterator[str]:
    with running(app()) as address:
        yield address


def ask(address: str, method: str, path: str, body: Any = None, email: str = EMAIL, token: str = API_TOKEN) -> Answer:
    proof = base64.b64encode(f"{email}:{token}".encode()).decode()
    return call(method, f"{address}/rest/api/3{path}", body, {"authorization": f"Basic {proof}"})


def create(address: str, **fields: Any) -> str:
    answer = ask(address, "POST", "/issue", {"fields": {**FIELDS, **fields}})
    assert answer.status == 201, answer.body
    return str(answer.body["key"])


def found(address: str, jql: str, **more: Any) -> list[str]:
    query = urlencode({"jql": jql, "fields": "summary", **more})
    answer = ask(address, "GET", f"/search/jql?{query}")
    assert answer.status == 200, answer.body
    return [issue["key"] for issue in answer.body["issues"]]


def wrong(address: str, **fields: Any) -> dict[str, str]:
    answer = ask(address, "POST", "/issue", {"fields": {**FIELDS, **fields}})
    assert answer.status == 400
    errors = answer.body["errors"]
    assert isinstance(errors, dict)
    return errors


def test_an_issue_is_made_read_changed_and_found_by_its_label(jira: str) -> None:
    assert [create(jira), create(jira, labels=["other"])] == ["PROD-1", "PROD-2"]
    issue = ask(jira, "GET", "/issue/PROD-1").body
    assert issue["fields"]["status"]["name"] == "To Do"
    assert plain(issue["fields"]["description"]) == "It hangs.\nEvery Monday."
    update = {"fields": {"summary": "Export hangs"}, "update": {"labels": [{"add": "vip"}, {"remove": "earshot"}]}}
    assert ask(jira, "PUT", "/issue/PROD-1", update).status == 204
    changed = ask(jira, "GET", "/issue/PROD-1?fields=summary,labels").body["fields"]
    assert changed == {"summary": "Export hangs", "labels": ["earshot-7", "vip"]}
    assert found(jira, 'labels = "earshot-7"') == ["PROD-1"]
    assert ask(jira, "DELETE", "/issue/PROD-1").status == 204
    assert ask(jira, "GET", "/issue/PROD-1").status == 404


def test_what_jira_refuses_is_refused_in_its_words(jira: str) -> None:
    assert wrong(jira, description="plain")["description"].startswith("Operation value must be an Atlassian Document")
    assert wrong(jira, labels=["two words"]) == {"labels": "The label 'two words' can't contain spaces."}
    assert wrong(jira, summary="x" * 256) == {"summary": "Summary can't exceed 255 characters."}
    assert "newline" in wrong(jira, summary="a\nb")["summary"]
    assert wrong(jira, project={"key": "NONE"}) == {"project": "valid project is required"}
    assert wrong(jira, issuetype={"name": "Poem"}) == {"issuetype": "Specify a valid issue type"}
    assert "cannot be set" in wrong(jira, customfield_10001="x")["customfield_10001"]
    assert set(wrong(jira, summary="", labels="x")) == {"summary", "labels"}
    assert ask(jira, "POST", "/issue", b"{broken").status == 400
    assert ask(jira, "GET", "/myself", token="wrong").status == 401
    assert ask(jira, "GET", "/issue/PROD-9").body["errorMessages"] == [
        "Issue does not exist or you do not have permission to see it."
    ]
    assert call("GET", f"{jira}/sandbox/issues").body == {"issues": []}


def test_an_issue_moves_along_the_workflow_and_back(jira: str) -> None:
    key = create(jira)
    names = {one["name"]: one["id"] for one in ask(jira, "GET", f"/issue/{key}/transitions").body["transitions"]}
    assert list(names) == ["To Do", "In Progress", "In Review", "Done"]
    done = {"transition": {"id": names["Done"]}, "fields": {"resolution": {"name": "Won't Do"}}}
    assert ask(jira, "POST", f"/issue/{key}/transitions", done).status == 204
    fields = ask(jira, "GET", f"/issue/{key}").body["fields"]
    assert (fields["status"]["statusCategory"]["key"], fields["resolution"]["name"]) == ("done", "Won't Do")
    assert fields["resolutiondate"]
    ask(jira, "POST", f"/issue/{key}/transitions", {"transition": {"id": names["In Progress"]}})
    fields = ask(jira, "GET", f"/issue/{key}").body["fields"]
    assert (fields["status"]["name"], fields["resolution"], fields["resolutiondate"]) == ("In Progress", None, None)
    assert ask(jira, "POST", f"/issue/{key}/transitions", {"transition": {"id": "99"}}).status == 400


def test_comments_belong_to_whoever_signed_in(jira: str) -> None:
    key = create(jira)
    ask(jira, "POST", f"/issue/{key}/comment", {"body": document("from us")})
    ask(jira, "POST", f"/issue/{key}/comment", {"body": document("from an engineer")}, email="mia.ito@example.com")
    listed = ask(jira, "GET", f"/issue/{key}/comment").body
    assert [(one["author"]["displayName"], plain(one["body"])) for one in listed["comments"]] == [
        ("Earshot", "from us"),
        ("Mia Ito", "from an engineer"),
    ]
    place = f"/issue/{key}/comment/{listed['comments'][1]['id']}"
    assert plain(ask(jira, "PUT", place, {"body": document("better")}).body["body"]) == "better"
    assert ask(jira, "DELETE", place).status == 204
    assert ask(jira, "GET", place).status == 404
    assert ask(jira, "POST", f"/issue/{key}/comment", {"body": "plain"}).body["errors"] == {
        "comment": "Comment body is not valid!"
    }


def test_a_refused_change_leaves_nothing_behind(jira: str) -> None:
    key = create(jira)
    comment = {"comment": [{"add": {"body": document("half of it")}}]}
    assert ask(jira, "PUT", f"/issue/{key}", {"fields": {"summary": ""}, "update": comment}).status == 400
    assert ask(jira, "GET", f"/issue/{key}/comment").body["total"] == 0


def test_properties_are_kept_on_an_issue(jira: str) -> None:
    key = create(jira)
    assert ask(jira, "PUT", f"/issue/{key}/properties/earshot", {"bug": 7}).status == 201
    assert ask(jira, "PUT", f"/issue/{key}/properties/earshot", {"bug": 8}).status == 200
    assert ask(jira, "GET", f"/issue/{key}/properties/earshot").body == {"key": "earshot", "value": {"bug": 8}}
    assert ask(jira, "GET", f"/issue/{key}?properties=earshot").body["properties"] == {"earshot": {"bug": 8}}
    assert ask(jira, "DELETE", f"/issue/{key}/properties/earshot").status == 204
    assert ask(jira, "GET", f"/issue/{key}/properties/earshot").status == 404


QUERIES = [
    ('project = PROD AND labels = "earshot-1"', ["PROD-1"]),
    ("labels in (earshot-1, earshot-2) ORDER BY created ASC", ["PROD-1", "PROD-2"]),
    ("labels is EMPTY", ["PROD-3"]),
    ("labels is not empty and not labels = earshot-1", ["PROD-2"]),
    ('text ~ "hang exports"', ["PROD-1"]),
    ('text ~ "\\"export hangs\\""', ["PROD-1"]),
    ('summary ~ "請求"', ["PROD-2"]),
    ("project = PROD and (statusCategory = done OR key = PROD-1)", ["PROD-3", "PROD-1"]),
    ("resolution is EMPTY AND project = PROD", ["PROD-2", "PROD-1"]),
    ('created >= -1d AND status != "Done" and type = Bug', ["PROD-2", "PROD-1"]),
    ('created < "2020-01-01"', []),
]


def test_jql_finds_what_it_should(jira: str) -> None:
    create(jira, labels=["earshot-1"])
    create(jira, labels=["earshot-2"], summary="請求書が二重", description=None)
    key = create(jira, labels=[], summary="Done long ago", description=None)
    ask(jira, "POST", f"/issue/{key}/transitions", {"transition": {"id": "41"}})
    for query, expected in QUERIES:
        assert found(jira, query) == expected, query


@pytest.mark.parametrize(
    "query", ["", "order by created", "poem = 1", "labels", "labels = x y", "project = NONE", "text > 1"]
)
def test_jql_that_cannot_be_read_is_refused(jira: str, query: str) -> None:
    answer = ask(jira, "GET", f"/search/jql?{urlencode({'jql': query})}")
    assert answer.status == 400
    assert answer.body["errorMessages"]


def test_a_search_gives_ids_only_unless_asked_and_comes_in_pages(jira: str) -> None:
    for _ in range(5):
        create(jira)
    first = ask(jira, "POST", "/search/jql", {"jql": "project = PROD", "maxResults": 3}).body
    assert [set(issue) for issue in first["issues"]] == [{"id"}] * 3
    assert first["isLast"] is False
    rest = ask(jira, "POST", "/search/jql", {"jql": "project = PROD", "nextPageToken": first["nextPageToken"]}).body
    assert len(rest["issues"]) == 2
    assert rest["isLast"] is True
    assert "nextPageToken" not in rest
    assert ask(jira, "GET", "/search?jql=project=PROD").status == 410


def test_the_index_may_lag_behind_unless_an_issue_is_named(jira: str) -> None:
    call("POST", f"{jira}/sandbox/settings", {"index_delay_seconds": 60})
    key = create(jira)
    number = ask(jira, "GET", f"/issue/{key}").body["id"]
    assert found(jira, "labels = earshot-7") == []
    assert found(jira, "labels = earshot-7", reconcileIssues=number) == [key]


def test_an_issue_can_be_made_while_its_answer_is_lost(jira: str) -> None:
    call("POST", f"{jira}/sandbox/faults", {"match": "/issue", "drop_after_commit": True, "times": 1})
    with pytest.raises((RemoteDisconnected, urllib.error.URLError, ConnectionError)):
        ask(jira, "POST", "/issue", {"fields": FIELDS})
    assert found(jira, "labels = earshot-7") == ["PROD-1"]
    call("POST", f"{jira}/sandbox/faults", {"status": 429, "retry_after": 3, "times": 1})
    limited = ask(jira, "POST", "/issue", {"fields": FIELDS})
    assert (limited.status, limited.headers["retry-after"]) == (429, "3")


def test_versions_are_released_and_named_on_issues(jira: str) -> None:
    version = ask(jira, "POST", "/version", {"name": "4.2", "projectId": 10000}).body
    key = create(jira)
    assert ask(jira, "PUT", f"/issue/{key}", {"fields": {"fixVersions": [{"name": "4.2"}]}}).status == 204
    ask(jira, "PUT", f"/version/{version['id']}", {"released": True})
    (shown,) = ask(jira, "GET", f"/issue/{key}").body["fields"]["fixVersions"]
    assert (shown["name"], shown["released"]) == ("4.2", True)
    assert wrong(jira, fixVersions=[{"name": "9"}]) == {"fixVersions": "Version name '9' is not valid"}


def test_it_remembers_after_being_killed(tmp_path: Path) -> None:
    state = tmp_path / "jira.db"
    with started("tracker", state) as (program, address):
        create(address)
        program.kill()
        program.wait()
    with running(app(state)) as address:
        assert found(address, "labels = earshot-7") == ["PROD-1"]
        assert create(address) == "PROD-2"


def test_many_at_once_get_a_key_each(jira: str) -> None:
    with ThreadPoolExecutor(8) as callers:
        keys = list(callers.map(create, [jira] * 20))
    assert sorted(keys, key=lambda key: int(key[5:])) == [f"PROD-{number}" for number in range(1, 21)]


def test_documents_are_told_from_what_only_looks_like_one() -> None:
    assert is_document(document("a\n\nb"))
    assert not is_document({"type": "doc", "version": 1, "content": [{"type": "text", "text": "bare"}]})
    assert not is_document(
        {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text"}]}]}
    )
    assert not is_document("text")
