"""The served console in a real Chromium, with the scene in its database; pictures are kept in build/screenshots."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
import uvicorn

from bot import settings, wiring
from bot.engine import Durable
from bot.web.app import create
from handlers.company import sign_in
from handlers.intake.receive import Author, Incoming, receive
from storage.desk import messages
from tests.web.scene import play

pytest.importorskip("playwright", reason="no playwright: pip install playwright")
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PICTURES = Path(__file__).parents[3] / "build" / "screenshots"
SECONDS = 30
"""How long something may take; machines of a build are slow."""
NOW = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)


class Moving:
    """The scene's clock until the app is served, then time goes on from there."""

    def __init__(self) -> None:
        self.time = NOW
        self.served_at: float | None = None

    def __call__(self) -> datetime:
        if self.served_at is None:
            return self.time
        return datetime.fromtimestamp(NOW.timestamp() + time.monotonic() - self.served_at, UTC)

    def set(self, moment: datetime) -> None:
        self.time = moment


@dataclass
class Site:
    """A served Earshot."""

    address: str
    earshot: wiring.Earshot

    def sign_in_link(self, email: str = "ines@ours.example") -> str:
        """A new one-time link."""
        with self.earshot.work() as uow:
            return self.address + sign_in.invite(uow, email)


@dataclass
class Desk:
    """A signed-in browser, and what it complained about."""

    context: BrowserContext
    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go there and wait until it stands still."""
        self.page.goto(self.site.address + path, wait_until="load")
        return self.page

    def picture(self, name: str) -> None:
        """Keep what is seen."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.evaluate("scrollTo(0, 0)")
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The scene, served by uvicorn with the durable engine."""
    path = tmp_path_factory.mktemp("site") / "earshot.db"
    shutil.copy(sqlite_template, path)
    clock = Moving()
    read = settings.read(database_url=f"sqlite:///{path}", _env_file=None)
    before = wiring.wire(read, inline=True, clock=clock)
    play(before, clock, clock.set)
    before.close()
    earshot = wiring.wire(read, clock=clock)
    earshot.listener = before.listener
    engine = earshot.engine
    assert isinstance(engine, Durable)
    clock.served_at = time.monotonic()
    config = uvicorn.Config(create(earshot), port=0, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)

    def serve() -> None:
        """In a thread of its own: Playwright keeps an event loop in the test's."""
        engine.launch()
        server.run()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Site(f"http://127.0.0.1:{port}", earshot)
    server.should_exit = True
    thread.join(10)
    closing = threading.Thread(target=earshot.close)
    closing.start()
    closing.join(20)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser, or a skip that says how to get one. A file's own: Playwright keeps an event loop while it runs, which others cannot use."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def sit_down(chromium: Browser, site: Site) -> Iterator[Callable[..., Desk]]:
    """Open a desk: `sit_down(width=375, scheme="dark", email=...)`; an empty e-mail signs nobody in."""
    open_ones: list[BrowserContext] = []

    def sit(width: int = 1280, scheme: str = "light", email: str = "ines@ours.example", locale: str = "en-GB") -> Desk:
        context = chromium.new_context(
            viewport={"width": width, "height": 860},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale=locale,
            reduced_motion="reduce",
        )
        open_ones.append(context)
        desk = Desk(context, context.new_page(), site)

        def complain(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                desk.complaints.append(f"{message.text} {message.location}")

        desk.page.on("console", complain)
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        if email:
            desk.page.goto(site.sign_in_link(email))
            desk.page.get_by_role("button").click()
            desk.page.wait_for_url(site.address + "/")
        return desk

    yield sit
    for context in open_ones:
        context.close()


@pytest.fixture(autouse=True)
def _patience() -> None:
    expect.set_options(timeout=SECONDS * 1000)


@pytest.fixture
def told(site: Site) -> Callable[..., str]:
    """Let a customer write; the reference of their ticket, once it is there."""

    def tell(text: str, key: str = "noria", name: str = "Ann Lee", thread: str | None = None) -> str:
        with site.earshot.work() as uow:
            said = Incoming(
                door="support", external_id=uuid4().hex, place=f"support:{key}", customer=key, text=text,
                sent_at=uow.now(), author=Author(name), thread=thread,
            )  # fmt: skip
            message_id = receive(uow, said) or 0
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            with site.earshot.work() as uow:
                if ticket_id := messages.get(uow.db, message_id).ticket_id:
                    return uow.reference(uow.ticket(ticket_id))
            time.sleep(0.1)
        raise AssertionError("it was not understood in time")

    return tell


def undo(page: Page, said: str) -> None:
    """The toast says what was done, and takes it back."""
    expect(page.locator("#toasts")).to_contain_text(said)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
