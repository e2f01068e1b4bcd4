"""The real command, in this process or as a program of its own, in a folder and on a database of the test's own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import cli

ROOT = Path(__file__).parents[2]
OURS = ("EARSHOT_", "SLACK_", "OPENAI_")


@dataclass
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer, read as JSON."""
        return json.loads(self.out)


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a migrated, empty `earshot.db`, and no setting from outside."""
    for name in [name for name in os.environ if name.startswith(OURS)]:
        if name not in ("EARSHOT_NO_SKIPS", "EARSHOT_TEST_POSTGRES_URL"):
            monkeypatch.delenv(name)
    shutil.copy(sqlite_template, tmp_path / "earshot.db")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def earshot(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """`earshot("tickets", "list")`, in this process."""

    def call(*arguments: str) -> Said:
        capsys.readouterr()
        code = cli.run(arguments)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


class Program:
    """`earshot …` as a program of its own."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.errors = (home / "stderr.txt").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", *arguments],
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )

    def line(self) -> str:
        """The next line on stdout; fails if the program ended instead."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"ended with {self.process.wait()}: {self.told()}"
        return line.strip()

    def told(self) -> str:
        """Everything on stderr so far."""
        self.errors.seek(0)
        return self.errors.read()

    def end(self) -> int:
        """Ask it to stop; its exit code."""
        self.process.terminate()
        return self.process.wait(60)

    def close(self) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.errors.close()


@pytest.fixture
def program(home: Path) -> Iterator[Callable[..., Program]]:
    """Start `earshot …`; whatever still runs is killed with the test."""
    started: list[Program] = []

    def start(*arguments: str) -> Program:
        started.append(Program(home, *arguments))
        return started[-1]

    yield start
    for each in started:
        each.close()
