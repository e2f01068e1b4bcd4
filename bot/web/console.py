"""The console seen from a request: who is signed in, the transaction, and the ways to answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.web import locales, rights
from bot.web.needs import Work, earshot
from bot.web.rights import May
from bot.web.show import Times, html
from handlers.desk import overdue
from handlers.unit_of_work import UnitOfWork
from storage.accounts import access, people, staff
from storage.accounts.staff import Staff
from storage.desk import history, views
from storage.desk.history import Event
from storage.routing import alerts

COOKIE = "earshot_session"
SAID = "earshot_said"
"""What was done, for the page that follows to say; read by its script, so no secret."""
Done = Event | Sequence[Event] | None
Undo = Mapping[str, Any]
"""How the page takes something back: `method`, `url`, and where needed `values` and the `target` that is shown anew."""


class SignedOut(Exception):
    """Nobody is signed in here."""


@dataclass(frozen=True)
class Console:
    """One member of staff looking at one page, or pressing one button."""

    request: Request
    uow: UnitOfWork
    me: Staff
    may: May

    @property
    def my_id(self) -> int:
        """The id of who is signed in."""
        return self.me.id or 0

    @property
    def times(self) -> Times:
        """Times in the reader's zone; in the team's where the browser has not told."""
        return Times(self.uow.now(), locales.reader().zone or self.team_zone)

    @property
    def team_zone(self) -> ZoneInfo:
        """Where a day, a week or a quarter of the company begins."""
        return ZoneInfo(self.uow.policy.time_zone)

    def page(self, template: str, *, tab: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """A whole page with what every page shows: counts, strangers, the banner of an open alert."""
        db = self.uow.db
        return html(
            template,
            status,
            me=self.me,
            may=self.may,
            tab=tab,
            t=self.times,
            here=str(self.request.url.path) + (f"?{self.request.url.query}" if self.request.url.query else ""),
            counts=views.counts(db, self.my_id),
            strangers=people.count_unknown(db),
            late=overdue.overdue(self.uow, self.my_id) if self.may.desk else [],
            alarms=[one for one in alerts.unfinished(db) if one.state == "open"],
            prefix=self.uow.policy.reference_prefix,
            seen="{}.{}".format(*history.pulse(db)),
            team={one.id: one for one in staff.everyone(db)},
            has_model=self.uow.has_model,
            **facts,
        )

    def part(self, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """A piece of a page."""
        prefix, has_model = self.uow.policy.reference_prefix, self.uow.has_model
        return html(
            template, status, me=self.me, may=self.may, t=self.times, prefix=prefix, has_model=has_model, **facts
        )

    def did(self, text: str, *, done: Done = None, undo: Undo | None = None, to: str | None = None) -> Response:
        """It is done: a word about it, and what was `done` (or an `undo` of its own) to take it back; the page follows.

        `to` leads to another page. Without htmx the browser is sent back to where it came from.
        """
        if done:
            self.uow.db.flush()
            events = [done] if isinstance(done, Event) else done
            undo = {"method": "POST", "url": "/undo", "values": {"events": ",".join(str(one.id) for one in events)}}
        said, by_script = locales.sentence(text), "hx-request" in self.request.headers
        if by_script and to is None:
            return Response(status_code=204, headers=triggers(said, undo))
        answer = Response(status_code=204, headers={"HX-Redirect": to or "/"}) if by_script else self.back(to)
        answer.set_cookie(SAID, quote(json.dumps(toast(said, undo)), safe=""), max_age=15, samesite="strict")
        return answer

    def back(self, to: str | None = None) -> Response:
        """To another page, else to where the browser came from."""
        came = urlsplit(self.request.headers.get("referer", ""))
        ours = came.netloc == self.request.headers.get("host") and came.path.startswith("/")
        return RedirectResponse(to or (came.path + (f"?{came.query}" if came.query else "") if ours else "/"), 303)


def triggers(text: str, undo: Undo | None = None) -> dict[str, str]:
    """Headers that let the page bring itself up to date and say a word."""
    return {"HX-Trigger": json.dumps({"changed": True, "toast": toast(text, undo)})}


def toast(text: str, undo: Undo | None) -> dict[str, Any]:
    """A word, and how to take back what it tells of."""
    return {"text": text, "undo": undo} if undo else {"text": text}


def _console(request: Request, uow: Work) -> Console:
    secret = request.cookies.get(COOKIE)
    staff_id = access.session_of(uow.db, secret, uow.now()) if secret else None
    member = uow.db.get(Staff, staff_id) if staff_id else None
    if member is None or not member.active:
        raise SignedOut
    request.scope.setdefault("state", {})["staff_id"] = member.id
    locales.reader().language = member.language or locales.spoken()
    route = getattr(request.scope.get("route"), "path", "")
    may = rights.check(request.method, route, member.role, names_for_engineers=uow.policy.name_customers_in_bugs)
    return Console(request, uow, member, may)


def signed_in_briefly(request: Request) -> int:
    """The id of who is signed in and may come here, asked in a transaction that has ended already: for what asks outside."""
    with earshot(request).work() as uow:
        return _console(request, uow).my_id


Desk = Annotated[Console, Depends(_console)]
"""Only for staff who are signed in."""
