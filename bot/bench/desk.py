"""The desk at ten thousand, a hundred thousand, a million tickets: list, ticket, search, App Home, digest, on a real Earshot."""

import http.client
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from bot import settings
from bot.bench import counting, programs
from bot.bench.intake import machine
from bot.bench.many import CUSTOMERS, THEMES, Many
from bot.bench.workload import prepare
from bot.slack.actions import home
from bot.slack.blocks.home import home_view
from bot.slack.house import Member
from bot.wiring import Earshot, wire
from handlers.company import sign_in
from handlers.desk import find
from handlers.errors import Refused
from storage.desk.views import VIEWS

WORDS = (
    "export", "invoice", "請求", "設定", "factura", "import hangs", '"order R17"', "is:unclaimed export", "is:done 請求書",
    "customer:bench-17", "customer:bench-17 export", "theme:12 is:open", "before:{past} export", "language:ja is:snoozed",
    "patient", "p17@bench.example", "zebra", "ES-1017", "is:mine import", "is:urgent", "repor", "has:bug export",
)  # fmt: skip
"""What is searched for: frequent and rare words, phrases, two Japanese characters, every operator, nothing at all."""

Tell = Callable[[str], None]


def desk(folder: Path, number: int, url: str, *, times: int, tell: Tell) -> dict[str, Any]:
    """The figures at `number` tickets in an empty database: milliseconds of a page from request to last byte, MB of memory."""
    prepare(url)
    began = time.monotonic()
    many = Many(number)
    many.furnish(url)
    wired = wire(settings.read(database_url=url, _env_file=None), inline=True)
    try:
        learned(wired)
        many.copy(url)
        tell(f"{number:,} tickets can be searched, {time.monotonic() - began:.0f} s after the beginning")
        homes = counting.summary([_home(wired, view) for view in VIEWS[:3] for _ in range(times // 3)])
        with wired.work() as uow:
            link = sign_in.invite(uow, "ada1@us.example")
    finally:
        wired.close()
    server = programs.alone(folder, url)
    server.start()
    try:
        reader = Reader(server.url, link)
        kinds = {"list": _lists(), "ticket": _tickets(number), "search": _searches(), "digest": _digests()}
        figures = {name: reader.read(asked, times) for name, asked in kinds.items()}
        memory = server.memory_mb()
    finally:
        server.stop()
    return {"tickets": number, **figures, "home": homes, "rss_mb": round(memory, 1), "machine": machine()}


def learned(wired: Earshot) -> None:
    """Everything said can be found."""
    while True:
        with wired.work() as uow:
            if not find.learn(uow, 5_000):
                return


def _home(wired: Earshot, view: str) -> float:
    began = time.perf_counter()
    with wired.work() as uow:
        home_view(home.facts(uow, Member(1, "Ada 1"), view, 0))
    return time.perf_counter() - began


class Reader:
    """A signed-in browser that reads page after page on one connection."""

    def __init__(self, url: str, link: str) -> None:
        self._to = http.client.HTTPConnection(urlsplit(url).netloc, timeout=600)
        self._to.request("POST", link, headers={"origin": url, "content-length": "0"})
        answer = self._to.getresponse()
        answer.read()
        self._cookie = (answer.getheader("set-cookie") or "").partition(";")[0]

    def read(self, paths: Iterator[str], times: int) -> dict[str, float]:
        """Milliseconds of so many pages; a first one is read unmeasured."""
        self._page(next(paths))
        return counting.summary([self._page(next(paths)) for _ in range(times)])

    def _page(self, path: str) -> float:
        began = time.perf_counter()
        self._to.request("GET", path, headers={"cookie": self._cookie, "accept": "text/html"})
        answer = self._to.getresponse()
        answer.read()
        if answer.status != 200:
            raise Refused(f"{path} answered {answer.status}.")
        return time.perf_counter() - began


def _lists() -> Iterator[str]:
    pick = random.Random(1)
    while True:
        for view in VIEWS:
            yield f"/?view={view}"
            more = {"customer": f"bench-{pick.randrange(1, CUSTOMERS)}", "theme": str(pick.randrange(1, THEMES))}
            more |= {"language": pick.choice(("en", "es", "ja"))}
            name = pick.choice(list(more))
            yield "/?" + urlencode({"view": view, name: more[name]})


def _tickets(number: int) -> Iterator[str]:
    pick = random.Random(2)
    while True:
        yield f"/tickets/ES-{1000 + pick.randrange(1, number + 1)}"


def _searches() -> Iterator[str]:
    past = f"{time.gmtime().tm_year - 1}-06-10"
    while True:
        for words in WORDS:
            yield "/?q=" + quote(words.format(past=past))


def _digests() -> Iterator[str]:
    while True:
        yield "/digests"
