"""Roles: every address of the console is walked as every role; engineers meet no customer's name unless it is allowed."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from bot.web import console
from bot.web.rights import needed
from handlers.analysis import rights
from handlers.company.decide import decide
from storage.accounts import staff
from storage.accounts.staff import Staff
from storage.vocabulary import ROLES
from tests.web.conftest import Web
from tests.web.scene import COMPANIES, play

HX = {"hx-request": "true", "accept": "text/html"}
FORM = {
    "name": "x", "key": "x", "text": "x", "said": "useful", "queue": "buffer", "ticket": "ES-1002", "other": "ES-1002", "seen": "0",
    "press": "x" * 9, "why": "x", "kind": "outage", "field": "kind", "value": "bug", "until": "2030-01-01T09:00", "to": "1",
    "state": "accepted", "day": "2030-01-01", "title": "x", "source": "x", "email": "x@ours.example", "role": "listener",
    "events": "1", "asked": "view=mine", "what": "claim", "customer": "harbor", "word": "x", "into": "2", "doing": "reading",
}  # fmt: skip
FILLED = {
    "ref": "ES-1001", "week": "2026-W46", "period": "2026-11", "key": "harbor", "source": "helpdesk", "word": "x",
}  # fmt: skip
OPEN_DOORS = ("bot.web.slack_sign_in", "bot.web.health", "bot.web.hooks", "bot.web.sign_in", "bot.web.support")


def routes(web: Web) -> Iterator[tuple[str, str]]:
    """Every (method, path) that asks who is signed in."""

    def walk(found: Any) -> Iterator[APIRoute]:
        for one in found:
            if isinstance(one, APIRoute):
                yield one
            elif inner := getattr(one, "original_router", None):
                yield from walk(inner.routes)

    for route in walk(web.app.routes):
        if any(one.call in (console._console, console.signed_in_briefly) for one in route.dependant.dependencies):
            yield from ((method, route.path) for method in sorted(route.methods or ()))
        else:
            assert route.endpoint.__module__.startswith(OPEN_DOORS), f"{route.path} asks nobody who they are"


@pytest.fixture
def played(web: Web, clock: Any) -> Web:
    """The scene, with somebody of each role."""
    with web.earshot.work() as uow:
        for one in staff.everyone(uow.db):
            uow.db.delete(one)
    play(web.earshot, clock, lambda moment: setattr(clock, "time", moment))
    with web.earshot.work() as uow:
        for role in ROLES:
            staff.add(uow.db, Staff(name=f"A {role}", email=f"{role}@ours.example", role=role, created_at=uow.now()))
    return web


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: FILLED.get(match[1], "1"), path)


def test_every_route_is_for_those_roles_that_have_its_right_and_for_nobody_else(played: Web) -> None:
    wrong = []
    browsers = {role: played.signed_in(f"{role}@ours.example") for role in ROLES}
    stranger = played.browser()
    walked = list(routes(played))
    for method, path in walked:
        right = needed(method, path)
        assert right is not None, f"{method} {path} is in nobody's rights"
        assert stranger.request(method, filled(path), headers=HX, data=FORM).status_code == 401, path
        for role, browser in browsers.items():
            if path == "/events" and right in rights.of(role):
                continue  # never ends
            status = browser.request(
                method, filled(path), headers=HX, data=FORM if method != "GET" else None
            ).status_code
            forbidden = status == 403 or (path == "/" and status == 303 and right not in rights.of(role))
            if forbidden == (right in rights.of(role)) or status == 500:
                wrong.append(f"{method} {path} as {role}: {status}")
    assert len(walked) > 100
    assert wrong == []


def test_an_engineer_meets_no_customer_unless_the_policy_allows_it(played: Web) -> None:
    engineer = played.signed_in("engineer@ours.example")
    pages = [(path) for method, path in routes(played) if method == "GET" and needed(method, path) == "insights"]
    pages = [filled(one) for one in pages if one != "/events"]
    names = [name for _, name, *_ in COMPANIES] + [
        "Moira Tennant",
        "Lourdes Vidal",
        "佐伯",
        "Tyrell Banks",
        "Derek Pyle",
    ]

    def met() -> set[str]:
        texts = [engineer.get(one, headers={"accept": "text/html"}).text for one in pages]
        return {name for name in names for text in texts if name in text}

    assert met() == set()
    assert engineer.get("/").headers["location"] == "/digests"
    assert engineer.get("/bugs/thanks").status_code == 403
    with played.earshot.work() as uow:
        decide(uow, {"name_customers_in_bugs": True})
    assert met() != set()
    assert engineer.get("/tickets/ES-1001").status_code == 403


def test_pages_offer_nobody_what_they_may_not_do(played: Web) -> None:
    known = [(method, path, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))) for method, path in routes(played)]

    def right_of(verb: str, address: str) -> str | None:
        fits = [path for method, path, pattern in known if method == verb and pattern.fullmatch(address)]
        return needed(verb, min(fits, key=lambda one: one.count("{"))) if fits else None

    for role in ROLES:
        browser, theirs = played.signed_in(f"{role}@ours.example"), rights.of(role)
        for path in (
            "/digests/2026-W46",
            "/themes/1",
            "/bugs/1",
            "/alerts/1",
            "/rules",
            "/levels",
            "/policy",
            "/tracker",
        ):
            if right_of("GET", path) not in theirs:
                continue
            page = browser.get(path).text
            offered = [
                (verb.upper(), address) for verb, address in re.findall(r'hx-(get|post|put|delete)="(/[^"?#]*)', page)
            ]
            offered += [("GET", address) for address in re.findall(r'href="(/[^"?#]*)', page)]
            for verb, address in offered:
                right = right_of(verb, address)
                assert right in theirs or (verb == "GET" and right is None), (role, path, verb, address)


def test_roles_are_given_by_admins_and_one_admin_is_left(played: Web) -> None:
    admin, listener = (played.signed_in(f"{role}@ours.example") for role in ("admin", "listener"))
    with played.earshot.work() as uow:
        known = {one.email: one.id for one in staff.everyone(uow.db)}
    mine = f"/staff/{known['listener@ours.example']}/role"
    assert listener.post(mine, data={"role": "admin"}, headers=HX).status_code == 403
    assert admin.post(mine, data={"role": "manager"}, headers=HX).status_code == 204
    assert listener.get("/audit", headers={"accept": "text/html"}).status_code == 200
    assert (
        admin.post(f"/staff/{known['ines@ours.example']}/role", data={"role": "engineer"}, headers=HX).status_code
        == 204
    )
    last = admin.post(f"/staff/{known['admin@ours.example']}/role", data={"role": "engineer"}, headers=HX)
    assert last.status_code == 409
