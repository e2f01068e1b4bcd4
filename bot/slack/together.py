"""Together: what arrives while a transaction is written shares the next one, because a commit costs more than a message."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from handlers.unit_of_work import UnitOfWork

AT_ONCE = 32
"""So many verbs in one transaction at the most."""

Verb = Callable[[UnitOfWork], Any]


@dataclass
class Together:
    """Verbs of one event loop, run in `pool` by whoever has room, in the order they came. Nobody hears before the commit."""

    work: Callable[[], AbstractContextManager[UnitOfWork]]
    pool: Executor
    waiting: list[tuple[Verb, "asyncio.Future[Any]"]] = field(default_factory=list)
    writing: "asyncio.Task[None] | None" = None

    async def run(self, verb: Verb) -> Any:
        """What `verb(uow)` answers, once it is committed. Raises what it raised; the others' work does not suffer from it."""
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.waiting.append((verb, done))
        if self.writing is None or self.writing.done():
            self.writing = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting[:AT_ONCE], self.waiting[AT_ONCE:]
            await self._settle(batch)

    async def _settle(self, batch: list[tuple[Verb, "asyncio.Future[Any]"]]) -> None:
        """Tell everybody. If one fails nothing of the batch was committed, and each goes alone."""
        written = asyncio.get_running_loop().run_in_executor(self.pool, self._all, [verb for verb, _ in batch])
        await asyncio.wait([written])
        failure = written.exception()
        if failure is not None and len(batch) > 1:
            for one in batch:
                await self._settle([one])
            return
        for place, (_, done) in enumerate(batch):
            if done.done():
                continue  # whoever asked has gone
            if failure is not None:
                done.set_exception(failure)
            else:
                done.set_result(written.result()[place])

    def _all(self, verbs: list[Verb]) -> list[Any]:
        with self.work() as uow:
            return [verb(uow) for verb in verbs]
