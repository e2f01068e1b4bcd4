"""Bugs filed a second in a Redmine beside a direct client that does the same calls, and the time from a webhook to its drafts."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from bot import settings
from bot.bench.counting import summary
from bot.bench.workload import prepare
from bot.engine import Inline
from bot.sandbox import boards
from bot.sandbox.serve import running
from bot.trackers.circuit import Circuit
from bot.trackers.github import GitHub
from bot.trackers.redmine import Redmine
from bot.wiring import Earshot, wire
from handlers.bugs import file, listen, report
from handlers.outside import Outside
from storage.accounts import customers
from storage.accounts.customers import Customer
from storage.desk import drafts, tickets
from storage.desk.tickets import Ticket
from storage.insights import bugs

SECRET = "bench-secret"  # noqa: S105
CONCERNED = 11
Tell = Callable[[str], None]


def trackers(folder: Path, number: int, *, url: str, key: str, project: str, tell: Tell) -> dict[str, Any]:
    """Figures for `number` bugs in the Redmine at `url`, or in the stand-in where none is named. Rates a second, times in ms."""
    with ExitStack() as stack:
        real = bool(url)
        if not real:
            url, key, project = stack.enter_context(running(boards.app("redmine"))), boards.OURS, "prod"
        http = stack.enter_context(httpx2.Client(trust_env=False))
        tracker = Circuit(Redmine(url, key, project, http=http))
        tracker.check()
        tell(f"filing {number} bugs in {'a Redmine' if real else 'the stand-in of Redmine'}")
        database = f"sqlite:///{folder / 'bench.db'}"
        prepare(database)
        earshot = wire(
            settings.read(database_url=database, _env_file=None), inline=True, outside=Outside(tracker=tracker)
        )
        stack.callback(earshot.close)
        turns = 4
        direct = ours = 0.0
        for turn in range(turns):  # in turns, so that both meet the same weather
            direct += _direct(http, url, key, project, number // turns, turn)
            ours += _ours(earshot, number // turns, turn)
        filed = number // turns * turns
        tell("telling of fixes by webhook")
        earshot.outside.tracker = GitHub("acme/product", "t", secret=SECRET)
        heard = _heard(earshot, 50)
    return {
        "redmine": "real" if real else "stand-in",
        "bugs": filed,
        "filed_per_s": filed / ours,
        "direct_per_s": filed / direct,
        "ratio": direct / ours,
        "webhook_to_drafts_ms": summary(heard),
        "drafts": CONCERNED,
    }


def _direct(http: httpx2.Client, url: str, key: str, project: str, number: int, turn: int) -> float:
    """Seconds that a client takes which looks for each bug and makes it, and nothing else."""
    headers = {"x-redmine-api-key": key}
    place = http.get(f"{url}/projects/{project}.json", headers=headers).json()["project"]["id"]
    begun, stamp = time.perf_counter(), int(time.time() * 1000)
    for one in range(number):
        mark = f"(direct-{stamp}-{turn}-{one})"
        asked: dict[str, str | int] = {
            "set_filter": 1,
            "status_id": "*",
            "sort": "id",
            "description": f"~{mark}",
            "limit": 100,
            "offset": 0,
        }
        http.get(f"{url}/issues.json", params=asked, headers=headers).raise_for_status()
        issue = {"project_id": place, "subject": f"Defect {one}", "description": f"It stops at 90 %.\n\n{mark}"}
        http.post(f"{url}/issues.json", json={"issue": issue}, headers=headers).raise_for_status()
    return time.perf_counter() - begun


def _ours(earshot: Earshot, number: int, turn: int) -> float:
    """Seconds that Earshot takes from the press of the last button to the last key it wrote down."""
    assert isinstance(earshot.engine, Inline)
    with earshot.work() as uow:
        stamp = int(time.time() * 1000) % 10**6 * 1000
        for one in range(number):
            bug_id = report.report(uow, "bench")
            bug = bugs.get(uow.db, bug_id)
            bug.id = stamp + turn * number + one + 10  # a marker that a Redmine of earlier runs has not seen
            uow.db.flush()
            file.file_now(uow, bug.id, None, {"title": f"Defect {one}", "happens": "It stops at 90 %."})
    begun = time.perf_counter()
    earshot.engine.drain()
    took = time.perf_counter() - begun
    with earshot.work() as uow:
        left = bugs.unfiled(uow.db)
    if left:
        raise RuntimeError(f"{len(left)} bugs were not filed.")
    return took


def _heard(earshot: Earshot, times: int) -> list[float]:
    """Seconds from the raw bytes of a webhook to eleven drafts that wait, each time for a bug of its own."""
    assert isinstance(earshot.engine, Inline)
    tracker = earshot.outside.tracker
    assert tracker is not None
    took = []
    for turn in range(times):
        with earshot.work() as uow:
            bug_id = report.report(uow, "bench")
            file.file_now(uow, bug_id, None, {"title": f"Told {turn}"})
            bug = bugs.get(uow.db, bug_id)
            bug.external_key, bug.external_id = f"#{turn + 1}", str(turn + 1)
            bug.filed_at = uow.now()
            for one in range(CONCERNED):
                who = Customer(key=f"c{turn}-{one}", name=f"Customer {turn} {one}", created_at=uow.now())
                customer_id = customers.add(uow.db, who).id
                language = ("en", "es", "ja")[one % 3]
                told = Ticket(customer_id=customer_id, language=language, gist="The export hangs", opened_at=uow.now(), last_customer_at=uow.now(), door="support", place=f"support:c{turn}-{one}", thread=f"{turn}.{one}", bug_id=bug_id, kind="bug")  # fmt: skip
                tickets.add(uow.db, told)
        earshot.engine.left.clear()
        body = _closed(turn + 1)
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "x-hub-signature-256": f"sha256={digest}",
            "x-github-event": "issues",
            "x-github-delivery": str(turn),
        }
        begun = time.perf_counter()
        with earshot.work() as uow:
            listen.keep(uow, tracker.listen(headers, body))
        earshot.engine.drain()
        took.append(time.perf_counter() - begun)
        with earshot.work() as uow:
            if len(drafts.waiting(uow.db, bug_id=bug_id)) != CONCERNED:
                raise RuntimeError("A webhook did not lead to its drafts.")
    return took


def _closed(number: int) -> bytes:
    at = f"{datetime.now(UTC) + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}"
    place = "https://api.github.com/repos/acme/product"
    issue = {"id": number, "number": number, "state": "closed", "state_reason": "completed", "title": f"Told {number}", "repository_url": place, "updated_at": at}  # fmt: skip
    return json.dumps({"action": "closed", "issue": issue}).encode()
