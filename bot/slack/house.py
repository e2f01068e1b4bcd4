"""What every handler of the Slack place works with: verbs in a small pool of threads, the Web API, who somebody is."""

import asyncio
import functools
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.settings import Settings
from bot.slack.blocks.pieces import Block
from bot.slack.calls.web_api import WebApi
from bot.slack.together import Together
from handlers.analysis import rights
from handlers.analysis.rights import DESK, WHO, Right
from handlers.errors import Refused, Unavailable
from handlers.intake import identify
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from prompts import slack as words
from storage.accounts import staff

log = logging.getLogger("earshot.slack")

P = ParamSpec("P")
T = TypeVar("T")


class Arrivals(Protocol):
    """Hears that something came in, so that work makes room for intake."""

    def arrived(self) -> None: ...


class Wired(Protocol):
    """What the place is handed: one transaction at a time, and where arrivals are counted."""

    @property
    def gate(self) -> Arrivals: ...

    @property
    def outside(self) -> Outside: ...

    def work(self) -> AbstractContextManager[UnitOfWork]: ...


@dataclass(frozen=True)
class Member:
    """One of us, as they act in Slack."""

    id: int
    name: str
    rights: frozenset[Right] = DESK

    def check(self, right: Right) -> None:
        """Raises Refused, in words, where they have no such right."""
        if right not in self.rights:
            raise Refused(WHO[right])


@dataclass
class House:
    """Shared by all handlers. `pool` runs the verbs; `web` is for answers to people, outside of flows."""

    earshot: Wired
    settings: Settings
    api: WebApi
    web: AsyncWebClient
    pool: ThreadPoolExecutor
    running: set["asyncio.Task[None]"] = field(default_factory=set)
    together: Together = field(init=False)

    def __post_init__(self) -> None:
        self.together = Together(self.earshot.work, self.pool)

    async def run(self, verb: Callable[Concatenate[UnitOfWork, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`verb(uow, …)` in one transaction, committed when this returns."""

        def once() -> T:
            with self.earshot.work() as uow:
                return verb(uow, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self.pool, once)

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A call of the Web API off the event loop, with no transaction open."""
        return await asyncio.to_thread(functools.partial(question, *args, **kwargs))

    async def who(self, body: dict[str, Any]) -> Member | None:
        """The member of staff who acts; None for anybody else, customers in a shared channel among them."""
        user = body.get("user") or {}
        user_id = str(user.get("id") or body.get("user_id") or "")
        team = str(user.get("team_id") or (body.get("team") or {}).get("id") or body.get("team_id") or "")
        slack_id = f"{team}/{user_id}"
        staff_id = await self.run(identify.recognise, slack_id)
        if staff_id is None and await self.is_home(team):
            profile = await self.ask(self.api.profile, slack_id)
            if profile and not profile.bot:
                staff_id = await self.run(identify.recognise, slack_id, profile.model_dump())
        if staff_id is None:
            return None
        return await self.run(_member, staff_id)

    async def tell(
        self, body: dict[str, Any], text: str, blocks: list[Block] | None = None, *, instead: bool = False
    ) -> None:
        """Answer whoever acted, seen by nobody else; `instead` of what they pressed on, if only they see that."""
        url = body.get("response_url") or next(
            (one.get("response_url") for one in body.get("response_urls") or ()), None
        )
        user = str((body.get("user") or {}).get("id") or body.get("user_id") or "")
        channel = (body.get("channel") or {}).get("id") or body.get("channel_id")
        try:
            if url:
                hook = AsyncWebhookClient(url, timeout=10)
                instead = instead and bool((body.get("container") or {}).get("is_ephemeral"))
                await hook.send(text=text, blocks=blocks, response_type="ephemeral", replace_original=instead)
            elif channel:
                await self.web.chat_postEphemeral(channel=channel, user=user, text=text, blocks=blocks)
            else:
                await self.web.chat_postMessage(channel=user, text=text, blocks=blocks)
        except (SlackApiError, OSError, TimeoutError) as failure:
            log.warning("an answer could not be shown", extra={"why": _why(failure)})

    async def open(self, body: dict[str, Any], view: Block) -> None:
        """Open a modal for whoever pressed."""
        try:
            await self.web.views_open(trigger_id=body["trigger_id"], view=view)
        except (SlackApiError, OSError, TimeoutError) as failure:
            log.warning("a modal could not be opened", extra={"why": _why(failure)})
            await self.tell(body, words.UNAVAILABLE)

    async def update(self, body: dict[str, Any], view: Block) -> None:
        """Show the open modal anew, unless it changed meanwhile."""
        now = body.get("view") or {}
        try:
            await self.web.views_update(view_id=now.get("id"), hash=now.get("hash"), view=view)
        except (SlackApiError, OSError, TimeoutError) as failure:
            log.warning("a modal could not be shown anew", extra={"why": _why(failure)})

    async def publish(self, user_id: str, view: Block) -> None:
        """Put a home tab up."""
        try:
            await self.web.views_publish(user_id=user_id, view=view)
        except (SlackApiError, OSError, TimeoutError) as failure:
            log.warning("a home could not be shown", extra={"why": _why(failure)})

    def later(self, doing: Coroutine[Any, Any, None]) -> None:
        """Go on after Slack has its answer: for what nobody waits for, and what is lost if we stop."""
        task = asyncio.get_running_loop().create_task(doing)
        self.running.add(task)
        task.add_done_callback(self._done)

    async def settled(self) -> None:
        """Come back when everything left for later is done."""
        while self.running:
            await asyncio.wait(set(self.running))

    def _done(self, task: "asyncio.Task[None]") -> None:
        self.running.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("something after an answer failed", extra={"why": type(problem).__name__})

    async def is_home(self, team: str) -> bool:
        """Only people of our own workspaces can become staff by their address: elsewhere others decide what it says."""
        if team in await self.run(_home_teams):
            return True
        try:
            return (await self.ask(self.api.home)).team == team
        except Unavailable:
            return False


def _member(uow: UnitOfWork, staff_id: int) -> Member:
    found = staff.get(uow.db, staff_id)
    theirs = rights.of(found.role, names_for_engineers=uow.policy.name_customers_in_bugs)
    return Member(staff_id, found.name, theirs)


def _home_teams(uow: UnitOfWork) -> list[str]:
    return uow.policy.home_teams


def _why(failure: Exception) -> str:
    return str(failure.response.get("error")) if isinstance(failure, SlackApiError) else type(failure).__name__
