"""The turn to write on SQLite: one after another, first come, first served, who is at a door before the flows."""

import sqlite3
import threading
from collections import deque

WRITER_WAIT_SECONDS = 60.0
DOORS_IN_A_ROW = 9
"""Turns that the doors may take one after another while flows wait."""


class Writers:
    """The turn to write on SQLite, whose own busy handler starves waiting writers: first come, first served.

    Who is at a door, where somebody waits for the answer, comes before the flows.
    """

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._doors: deque[threading.Event] = deque()
        self._flows: deque[threading.Event] = deque()
        self._taken = False
        self._in_a_row = 0

    def take(self, at_door: bool = False) -> None:
        """Wait for the turn. Raises TimeoutError after a minute."""
        with self._door:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            line = self._doors if at_door else self._flows
            line.append(mine)
        if mine.wait(WRITER_WAIT_SECONDS):
            return
        with self._door:
            if not mine.is_set():
                line.remove(mine)
                raise TimeoutError("no turn to write within a minute")

    def give_back(self) -> None:
        """Hand the turn to whoever waited longest at a door, else to the flow that did."""
        with self._door:
            doors_next = self._doors and not (self._flows and self._in_a_row >= DOORS_IN_A_ROW)
            self._in_a_row = self._in_a_row + 1 if doors_next else 0
            if doors_next:
                self._doors.popleft().set()
            elif self._flows:
                self._flows.popleft().set()
            else:
                self._taken = False


class WriterConnection(sqlite3.Connection):
    """A SQLite connection that takes the writer's turn at its first write and gives it back when the transaction has ended."""

    writers: Writers
    writing = False

    def begin_writing(self, at_door: bool = False) -> None:
        if self.writing:
            return
        self.writers.take(at_door)
        self.writing = True
        try:
            if not self.in_transaction:
                self.execute("BEGIN IMMEDIATE")
        except sqlite3.Error:
            self._ended()
            raise

    def _ended(self) -> None:
        if self.writing:
            self.writing = False
            self.writers.give_back()

    def commit(self) -> None:
        super().commit()
        self._ended()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._ended()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._ended()
