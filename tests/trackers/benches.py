"""Each tracker on a bench: the product's side, and an engineer's hands on the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx2

from bot.sandbox import boards, tracker
from bot.sandbox.boards import OURS, PLACE, THEIRS
from bot.sandbox.serve import running
from bot.trackers.github import GitHub
from bot.trackers.jira import Jira
from bot.trackers.linear import Linear
from bot.trackers.redmine import Redmine
from handlers.tracking import Tracker
from tests.sandbox.wire import call

SECRET = "a-secret-between-us"


@dataclass
class Bench:
    """A tracker and its other side at `site`. `makes` is the path (and words) of the call that makes an issue."""

    site: str
    makes: str = "/issues"

    nowhere = "#999"
    looks_first = 0
    """Calls to the same address that come before the one that makes an issue."""
    attaches = True
    puts, puts_by, looks_to_put = "/issue", "POST", 0
    """The call that puts a file on an issue, and how many to the same address come before it."""
    fetched: ClassVar[bytes | None] = b"x"
    """What comes of a file that an engineer put on an issue; None where that is but a link."""
    requires = True

    def tracker(self, **wrong: Any) -> Tracker:
        """The product's side; `wrong` key, place or timeout."""
        raise NotImplementedError

    def hand(self, method: str, path: str, body: Any = None) -> Any:
        """What an engineer does."""
        raise NotImplementedError

    def spoil(self, times: int | None = 1, match: str | None = None, **fault: Any) -> None:
        """The next call that makes an issue fails."""
        fault = {"match": self.makes if match is None else match, "method": "POST", "times": times, **fault}
        fault.setdefault("skip", self.looks_first if fault["match"] == self.makes else 0)
        assert call("POST", f"{self.site}/sandbox/faults", fault).status == 200

    def well(self) -> None:
        """Nothing fails any more."""
        call("DELETE", f"{self.site}/sandbox/faults")

    def says(self, key: str, text: str) -> str:
        raise NotImplementedError

    def edits(self, key: str, comment: str, text: str) -> None:
        raise NotImplementedError

    def removes(self, key: str, comment: str) -> None:
        raise NotImplementedError

    def closes(self, key: str, reason: str = "fixed") -> None:
        """`reason`: fixed or declined."""
        raise NotImplementedError

    def reopens(self, key: str) -> None:
        raise NotImplementedError

    def renames(self, key: str, title: str) -> None:
        raise NotImplementedError

    def moved(self, key: str) -> str:
        """Into another project; its new key."""
        raise NotImplementedError

    def deletes(self, key: str) -> None:
        raise NotImplementedError

    def encloses(self, key: str, name: str) -> bool:
        """Puts a file on it; False where files are links in comments."""
        return False

    def files(self, key: str) -> list[str]:
        """The names of the files on it."""
        raise NotImplementedError

    def needs(self, name: str) -> None:
        """From now on a new bug needs this field."""
        raise NotImplementedError


def client(timeout: float = 10.0, **more: Any) -> httpx2.Client:
    return httpx2.Client(trust_env=False, timeout=timeout, **more)


class JiraBench(Bench):
    nowhere = "PROD-999"
    puts = "/attachments"

    def tracker(self, **wrong: Any) -> Tracker:
        usual: dict[str, Any] = {"timeout_seconds": wrong.get("timeout", 5.0), "settle_seconds": 0.0, "secret": SECRET}
        key, place = wrong.get("key", tracker.API_TOKEN), wrong.get("place", tracker.PROJECT)
        return Jira(wrong.get("url", self.site), tracker.EMAIL, key, place, http=wrong.get("http") or client(), **usual)

    def hand(self, method: str, path: str, body: Any = None) -> Any:
        http = client(auth=("kim@example.com", tracker.API_TOKEN))
        answer = http.request(method, f"{self.site}/rest/api/3{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def says(self, key: str, text: str) -> str:
        return str(self.hand("POST", f"/issue/{key}/comment", {"body": _adf(text)})["id"])

    def edits(self, key: str, comment: str, text: str) -> None:
        self.hand("PUT", f"/issue/{key}/comment/{comment}", {"body": _adf(text)})

    def removes(self, key: str, comment: str) -> None:
        self.hand("DELETE", f"/issue/{key}/comment/{comment}")

    def closes(self, key: str, reason: str = "fixed") -> None:
        resolution = {"resolution": {"name": "Done" if reason == "fixed" else "Won't Do"}}
        self.hand("POST", f"/issue/{key}/transitions", {"transition": {"id": "41"}, "fields": resolution})

    def reopens(self, key: str) -> None:
        self.hand("POST", f"/issue/{key}/transitions", {"transition": {"id": "11"}})

    def renames(self, key: str, title: str) -> None:
        self.hand("PUT", f"/issue/{key}", {"fields": {"summary": title}})

    def moved(self, key: str) -> str:
        return str(call("POST", f"{self.site}/sandbox/moves", {"issue": key, "to": "OPS"}).body["key"])

    def deletes(self, key: str) -> None:
        self.hand("DELETE", f"/issue/{key}")

    def encloses(self, key: str, name: str) -> bool:
        http = client(auth=("kim@example.com", tracker.API_TOKEN))
        place = f"{self.site}/rest/api/3/issue/{key}/attachments"
        return http.post(place, files={"file": (name, b"x", "text/plain")}).status_code == 200

    def files(self, key: str) -> list[str]:
        return [one["filename"] for one in self.hand("GET", f"/issue/{key}?fields=attachment")["fields"]["attachment"]]

    def needs(self, name: str) -> None:
        call("POST", f"{self.site}/sandbox/settings", {"required_field": name})


class GitHubBench(Bench):
    attaches = False
    requires = False
    place, our_key, their_key = PLACE, OURS, THEIRS

    def tracker(self, **wrong: Any) -> Tracker:
        url, key = wrong.get("url", self.site), wrong.get("key", self.our_key)
        place = wrong.get("place", self.place)
        return GitHub(
            place,
            key,
            url=url,
            secret=SECRET,
            timeout_seconds=wrong.get("timeout", 5.0),
            http=wrong.get("http") or client(),
        )

    def hand(self, method: str, path: str, body: Any = None) -> Any:
        http = client(headers={"authorization": f"Bearer {self.their_key}"})
        answer = http.request(method, f"{self.site}/repos/{self.place}/issues{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def says(self, key: str, text: str) -> str:
        return str(self.hand("POST", f"/{key[1:]}/comments", {"body": text})["id"])

    def edits(self, key: str, comment: str, text: str) -> None:
        self.hand("PATCH", f"/comments/{comment}", {"body": text})

    def removes(self, key: str, comment: str) -> None:
        self.hand("DELETE", f"/comments/{comment}")

    def closes(self, key: str, reason: str = "fixed") -> None:
        why = "completed" if reason == "fixed" else "not_planned"
        self.hand("PATCH", f"/{key[1:]}", {"state": "closed", "state_reason": why})

    def reopens(self, key: str) -> None:
        self.hand("PATCH", f"/{key[1:]}", {"state": "open", "state_reason": "reopened"})

    def renames(self, key: str, title: str) -> None:
        self.hand("PATCH", f"/{key[1:]}", {"title": title})

    def moved(self, key: str) -> str:
        self.hand("PATCH", f"/{key[1:]}", {"transfer": True})
        return "acme/other#77"

    def deletes(self, key: str) -> None:
        self.hand("DELETE", f"/{key[1:]}")


class RedmineBench(Bench):
    puts, puts_by = "/issues/", "PUT"
    their_key, our_key = THEIRS, OURS

    def tracker(self, **wrong: Any) -> Tracker:
        url, key, place = wrong.get("url", self.site), wrong.get("key", self.our_key), wrong.get("place", "prod")
        return Redmine(url, key, place, timeout_seconds=wrong.get("timeout", 5.0), http=wrong.get("http") or client())

    def hand(self, method: str, path: str, body: Any = None) -> Any:
        http = client(headers={"x-redmine-api-key": self.their_key})
        answer = http.request(method, self.site + path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content.strip() else None

    def says(self, key: str, text: str) -> str:
        self.hand("PUT", f"/issues/{key[1:]}.json", {"issue": {"notes": text}})
        return str(self.hand("GET", f"/issues/{key[1:]}.json?include=journals")["issue"]["journals"][-1]["id"])

    def edits(self, key: str, comment: str, text: str) -> None:
        self.hand("PUT", f"/journals/{comment}.json", {"journal": {"notes": text}})

    def removes(self, key: str, comment: str) -> None:
        self.edits(key, comment, "")

    def _put(self, key: str, **what: Any) -> None:
        self.hand("PUT", f"/issues/{key[1:]}.json", {"issue": what})

    def closes(self, key: str, reason: str = "fixed") -> None:
        self._put(key, status_id=5 if reason == "fixed" else 6)

    def reopens(self, key: str) -> None:
        self._put(key, status_id=1)

    def renames(self, key: str, title: str) -> None:
        self._put(key, subject=title)

    def moved(self, key: str) -> str:
        self._put(key, project_id=2)
        return key

    def deletes(self, key: str) -> None:
        self.hand("DELETE", f"/issues/{key[1:]}.json")

    def encloses(self, key: str, name: str) -> bool:
        http = client(headers={"x-redmine-api-key": self.their_key, "content-type": "application/octet-stream"})
        sent = http.post(f"{self.site}/uploads.json", params={"filename": name}, content=b"x").json()["upload"]
        self._put(key, uploads=[{"token": sent["token"], "filename": name}])
        return True

    def files(self, key: str) -> list[str]:
        told = self.hand("GET", f"/issues/{key[1:]}.json?include=attachments")["issue"]
        return [str(one["filename"]) for one in told["attachments"]]

    def needs(self, name: str) -> None:
        self.hand("POST", "/sandbox-requires", {"name": name})


class LinearBench(Bench):
    fetched = None
    nowhere = "ENG-999"
    puts, looks_to_put = "", 2
    looks_first = 1
    requires = False

    def tracker(self, **wrong: Any) -> Tracker:
        url, key, place = wrong.get("url", self.site), wrong.get("key", OURS), wrong.get("place", "ENG")
        made = Linear(
            place,
            key,
            url=url,
            secret=SECRET,
            timeout_seconds=wrong.get("timeout", 5.0),
            http=wrong.get("http") or client(),
        )
        if not wrong:
            made.check()
        return made

    def hand(self, method: str, path: str, body: Any = None) -> Any:
        http = client(headers={"authorization": THEIRS})
        answer = http.post(f"{self.site}/graphql", json={"operationName": method, "variables": body})
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    def _put(self, key: str, **what: Any) -> None:
        self.hand("Edit", "", {"id": key, "input": what})

    def says(self, key: str, text: str) -> str:
        told = self.hand("Comment", "", {"input": {"issueId": key, "body": text}})
        return str(told["commentCreate"]["comment"]["id"])

    def edits(self, key: str, comment: str, text: str) -> None:
        self.hand("EditComment", "", {"id": comment, "body": text})

    def removes(self, key: str, comment: str) -> None:
        self.hand("RemoveComment", "", {"id": comment})

    def closes(self, key: str, reason: str = "fixed") -> None:
        self._put(key, state="Done" if reason == "fixed" else "Canceled")

    def reopens(self, key: str) -> None:
        self._put(key, state="Todo")

    def renames(self, key: str, title: str) -> None:
        self._put(key, title=title)

    def moved(self, key: str) -> str:
        self._put(key, team="OPS")
        return "OPS-1"

    def deletes(self, key: str) -> None:
        self._put(key, trashed=True)

    def encloses(self, key: str, name: str) -> bool:
        for kind in (None, "github"):
            file = {"issueId": key, "title": name, "url": "https://files.example/1", "sourceType": kind}
            self.hand("Enclose", "", {"input": file})
        return True

    def files(self, key: str) -> list[str]:
        told = self.hand("Read", "", {"id": key, "after": None})["issue"]
        return [str(one["title"]) for one in told["attachments"]["nodes"]]


def _adf(text: str) -> dict[str, Any]:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


MADE: dict[str, tuple[Callable[[], Any], Callable[[str], Bench]]] = {
    "jira": (tracker.app, lambda site: JiraBench(site, "/rest/api/3/issue")),
    "github": (lambda: boards.app("github"), GitHubBench),
    "linear": (lambda: boards.app("linear"), lambda site: LinearBench(site, "")),
    "redmine": (lambda: boards.app("redmine"), RedmineBench),
}


@contextmanager
def bench(name: str) -> Iterator[Bench]:
    """A fresh stand-in on a port of its own."""
    app, made = MADE[name]
    with running(app()) as site:
        yield made(site)
