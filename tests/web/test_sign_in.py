"""Who comes in, and who does not."""

from starlette.testclient import TestClient

from handlers.company import sign_in
from tests.web.conftest import Web


def test_a_preview_of_the_link_does_not_use_it_up_and_the_button_does(web: Web) -> None:
    with web.earshot.work() as uow:
        path = sign_in.invite(uow, "ines@ours.example")
    preview, person = web.browser(), web.browser()
    assert [preview.get(path).status_code, preview.get(path).status_code] == [200, 200]
    entered = person.post(path)
    assert (entered.status_code, entered.headers["location"]) == (303, "/welcome")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert person.get("/").status_code == 200
    again = preview.post(path)
    assert (again.status_code, "earshot sign-in" in again.text) == (410, True)


def test_an_old_link_says_how_to_get_a_new_one(web: Web) -> None:
    with web.earshot.work() as uow:
        path = sign_in.invite(uow, "ines@ours.example")
    web.earshot.clock.forward(hours=25)  # type: ignore[attr-defined]
    assert web.browser().post(path).status_code == 410


def test_signed_out_means_out_even_with_the_old_cookie(web: Web, ines: TestClient) -> None:
    cookie = ines.cookies["earshot_session"]
    assert ines.post("/sign-out").headers["location"] == "/sign-in"
    stolen = web.browser(cookie=f"earshot_session={cookie}")
    assert stolen.get("/").headers["location"] == "/sign-in"


def test_a_stranger_sees_nothing_of_the_console(web: Web) -> None:
    stranger = web.browser()
    paths = ("/", "/tickets/ES-1001", "/customers", "/people", "/rules", "/alerts", "/themes", "/bugs", "/digests",
             "/policy", "/events", "/files/1")  # fmt: skip
    for path in paths:
        assert stranger.get(path).headers.get("location") == "/sign-in", path
    for path in ("/tickets/ES-1001/claim", "/tickets/ES-1001/reply", "/rules", "/keys", "/policy", "/customers"):
        assert stranger.post(path, headers={"accept": "*/*"}).status_code == 401, path
    assert stranger.post("/keys", headers={"hx-request": "true"}).headers["hx-redirect"] == "/sign-in"


def test_a_made_up_link_or_cookie_opens_nothing(web: Web) -> None:
    assert web.browser().post("/sign-in/" + "x" * 43).status_code == 410
    assert web.browser(cookie="earshot_session=nonsense").get("/").status_code == 303
