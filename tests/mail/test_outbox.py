"""An answer on the support page is told by mail, once, to who wrote, at an address of the customer's own."""

from collections.abc import Callable, Iterator

import pytest

from bot.engine import Inline
from bot.mail.outbox import MailChannel
from bot.sandbox.post import Post, delivering
from bot.wiring import Earshot
from handlers.desk.reply import newest_seen, reply
from handlers.errors import Refused, Unavailable
from handlers.intake.receive import Author, Incoming, receive
from handlers.outside import Intent, Outside
from storage.accounts import customers, staff
from storage.accounts.customers import Customer
from storage.accounts.staff import Staff


@pytest.fixture
def post() -> Iterator[Post]:
    with delivering() as open_:
        yield open_


@pytest.fixture
def mailing(wire_on: Callable[..., Earshot], sqlite_url: str, post: Post) -> Earshot:
    channel = MailChannel(post.url, "support@us.example", "Us")
    earshot = wire_on(sqlite_url, Outside(channels={"mail": channel}))
    with earshot.work() as uow:
        acme = Customer(key="acme", name="Acme", domains=["acme.example"], created_at=uow.now())
        customers.add(uow.db, acme)
        staff.add(uow.db, Staff(name="Ada", email="ada@us.example", created_at=uow.now()))
    return earshot


def answer(earshot: Earshot, address: str | None, text: str = "The export hangs again at 90 percent.") -> None:
    """Somebody writes on the support page, and Ada answers."""
    with earshot.work() as uow:
        message = Incoming(
            door="support", external_id="1.abcdef", place="support:acme", text=text, sent_at=uow.now(),
            author=Author("Ann Lee", address), customer="acme",
        )  # fmt: skip
        receive(uow, message)
    assert isinstance(earshot.engine, Inline)
    earshot.engine.drain()
    with earshot.work() as uow:
        reply(uow, 1, 1, "It runs again. SECRET-WORDS", seen=newest_seen(uow, 1), press="one")
    earshot.engine.drain()


def test_who_wrote_is_told_once_where_the_answer_is_and_not_what_it_says(mailing: Earshot, post: Post) -> None:
    answer(mailing, "ann@acme.example")
    (mail,) = post.mails
    with mailing.work() as uow:
        token = customers.get(uow.db, 1).support_token
    body = str(mail.get_payload(decode=True).decode())  # type: ignore[union-attr]
    assert (mail["To"], mail["Subject"]) == ("ann@acme.example", "An answer to ES-1001")
    assert f"/support/{token}/abcdef" in body
    assert "SECRET-WORDS" not in body
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("address", [None, "ann@elsewhere.example"])
def test_nobody_else_is_sent_the_link(mailing: Earshot, post: Post, address: str | None) -> None:
    answer(mailing, address)
    assert post.mails == []


def test_it_is_told_in_the_language_they_wrote_in(mailing: Earshot, post: Post) -> None:
    answer(mailing, "ann@acme.example", "エクスポートが90パーセントで止まります。")
    (mail,) = post.mails
    assert mail["Subject"] == "ES-1001 へのご回答"


def test_what_may_work_later_is_tried_again_and_what_never_will_is_not(post: Post) -> None:
    channel = MailChannel(post.url, "support@us.example")

    def say(address: str) -> str:
        text = "Subject\nBody"
        intent = Intent(
            id=1, key="k", purpose="notice", audience="notice", door="mail", place=f"mail:{address}", text=text
        )
        return channel.say(intent)

    with pytest.raises(Refused):
        say("a@refused.example")
    with pytest.raises(Unavailable):
        say("a@later.example")
    with pytest.raises(Unavailable):
        MailChannel("smtp://127.0.0.1:1", "support@us.example").say(
            Intent(id=1, key="k", purpose="notice", audience="notice", door="mail", place="mail:a@b.example", text="x")
        )
    assert say("a@acme.example") == say("a@acme.example")
