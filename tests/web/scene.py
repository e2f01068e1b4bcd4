"""A small company in the middle of its week, to look at: customers, a queue, an emergency, a stranger, a bug, a digest."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import uuid4

from bot.engine import Inline
from bot.wiring import Earshot
from handlers.bugs import file, follow, remark
from handlers.customers.flag import flag
from handlers.desk import claim, note, reply, resolve, snooze
from handlers.insights import digest
from handlers.intake.receive import Author, Incoming, receive, revise
from handlers.intake.route import set_default_rules
from handlers.unit_of_work import UnitOfWork
from storage.accounts import access, customers, staff
from storage.accounts.customers import Customer
from storage.accounts.staff import Staff
from storage.desk import messages, tickets
from storage.insights import themes
from storage.insights.themes import Theme
from storage.routing import policy

COMPANIES = (
    (
        "harbor",
        "Harborline Freight",
        "enterprise",
        48_000.0,
        "en",
        34,
        "Writes daily, rings engineers on their own phones.",
    ),
    ("noria", "Casa Noria", "team", 7_200.0, "es", 120, None),
    ("mitsumori", "三ツ森精機", "business", 21_500.0, "ja", 200, None),
    ("brightleaf", "Brightleaf Clinics", "business", 19_800.0, "en", 12, "Threatens to leave at every invoice."),
)
SAID = (
    (400, "harbor", "Derek Pyle", "The export hangs at 90 % again. This is the third week running and my team lost a whole morning to it."),
    (380, "noria", "Lourdes Vidal", "Buenos días. La exportación a Excel se queda colgada al 90 % y nunca termina. ¿Pueden mirarlo, por favor?"),
    (350, "mitsumori", "佐伯 直樹", "お世話になっております。月次レポートのエクスポートが90%で止まったまま完了しません。ご確認をお願いいたします。"),
    (300, "brightleaf", "Jocelyn Adair", "If the next invoice is wrong as well we will cancel and move to another vendor. I am done explaining this."),
    (240, "noria", "Lourdes Vidal", "En la última factura el IVA está mal calculado. ¿La pueden rehacer?"),
    (200, "harbor", "Moira Tennant", "Could you add a way to schedule exports to Google Sheets every night? Nobody should copy these by hand."),
    (160, "mitsumori", "佐伯 直樹", "CSVのインポートで文字コードを指定する方法を教えていただけますでしょうか。"),
    (120, "brightleaf", "Tyrell Banks", "The new filter page is confusing: I need nine clicks to see yesterday's numbers and the reset button hides itself."),
    (90, "noria", "Lourdes Vidal", "¡Muchas gracias, el nuevo panel es una maravilla!"),
    (45, "harbor", "Derek Pyle", "All our customer records are gone from the dashboard since 8:40. Everything we imported was deleted and we cannot work!"),
    (20, "mitsumori", "佐伯 直樹", "ダッシュボードの表示が月曜の朝だけ非常に遅いです。改善をお願いできますか。"),
)  # fmt: skip


def play(earshot: Earshot, clock: Callable[[], datetime], set_clock: Callable[[datetime], None]) -> None:
    """Let it happen, on a wired Earshot whose flows run at once; it is now when it ends."""
    assert isinstance(earshot.engine, Inline)
    end = clock()
    set_clock(end - timedelta(days=7))
    with earshot.work() as uow:
        _found(uow)
    numbers = []
    for minutes, key, name, text in SAID:
        set_clock(end - timedelta(minutes=minutes))
        numbers.append(_say(earshot, key, name, text))
    set_clock(end - timedelta(minutes=15))
    _say(
        earshot, None, "Sam Ortega", "Hello, is anybody there? Our Brightleaf account cannot log in since this morning."
    )
    set_clock(end - timedelta(minutes=10))
    with earshot.work() as uow:
        _work(uow, numbers, end)
    earshot.engine.drain()
    set_clock(end)
    with earshot.work() as uow:
        digest.tell(uow, (end - timedelta(days=7)).strftime("%G-W%V"))


def _found(uow: UnitOfWork) -> None:
    set_default_rules(uow)
    policy.save(uow.db, policy.Policy(undo_seconds=2))
    now = uow.now()
    for place, (name, email) in enumerate(
        (("Inés Robledo", "ines@ours.example"), ("Marc Oliveras", "marc@ours.example")), 1
    ):
        staff.add(
            uow.db,
            Staff(name=name, email=email, role="admin" if place == 1 else "listener", on_call=place, created_at=now),
        )
    for key, name, plan, value, language, days, why in COMPANIES:
        customer = Customer(
            key=key, name=name, domains=[f"{key}.example"], plan=plan, contract_value=value, created_at=now
        )
        customer.language, customer.renewal_on = language, date(2026, 11, 18) + timedelta(days=days)
        customers.add(uow.db, customer)
        if why:
            flag(uow, key, by="Beatriz Lozano", why=why, evidence="19 contacts in the month before")
    access.issue_key(uow.db, "helpdesk", now)


def _say(earshot: Earshot, key: str | None, name: str, text: str) -> int:
    token = uuid4().hex
    with earshot.work() as uow:
        customer = customers.by_key(uow.db, key) if key else None
        email = f"{uuid4().hex[:6]}@elsewhere.example" if key is None else None
        message = Incoming(
            door="support" if key else "api",
            external_id=f"{customer.id}.{token}" if customer else f"helpdesk/{token}",
            place=f"support:{key}" if key else "api:helpdesk//",
            text=text,
            sent_at=uow.now(),
            author=Author(name, email),
            customer=key,
            files=({"name": "screenshot.png", "size": 48_000},) if "export hangs" in text else (),
        )
        message_id = receive(uow, message)
    assert isinstance(earshot.engine, Inline)
    earshot.engine.drain()
    with earshot.work() as uow:
        return messages.get(uow.db, message_id or 0).ticket_id or 0


def _work(uow: UnitOfWork, numbers: list[int], end: datetime) -> None:
    ines, marc = (one.id or 0 for one in staff.everyone(uow.db))
    export = themes.add(uow.db, Theme(name="Exports hang at 90 %", kind="bug", created_at=uow.now()))
    for ticket_id in numbers[:3]:
        ticket = uow.ticket(ticket_id)
        ticket.theme_id, ticket.kind, ticket.complaint, ticket.unsure = export.id, "bug", True, False
        uow.db.add(ticket)
    fields = {
        "title": "Export hangs at 90 %",
        "happens": "The export to Excel stops at 90 % and never finishes.",
        "expected": "The file downloads.",
        "steps": "Open the monthly report\nPress Export",
    }
    bug_id = file.file_ticket(uow, numbers[0], ines, fields)
    for ticket_id in numbers[1:3]:
        file.link(uow, ticket_id, bug_id, ines)
    remark.comment(uow, bug_id, "Reproduced with files above 20 MB.", by=marc)
    follow.changed(uow, bug_id, "fixed", version="4.2.1", by=marc)
    claim.claim(uow, numbers[3], ines)
    note.note(uow, numbers[3], marc, "Their CFO asked me on the phone about the same invoice. Be generous here.")
    first = next(one for one in messages.of_ticket(uow.db, numbers[3]) if one.direction == "in")
    revise(uow, "support", first.external_id, first.text + "\nEdit: invoice 2026-118.")
    seen = reply.newest_seen(uow, numbers[4])
    reply.reply(
        uow, numbers[4], ines, "Se la rehacemos hoy mismo y se la envío por aquí.", seen=seen, press="scene-reply"
    )
    snooze.snooze(uow, numbers[5], ines, end + timedelta(hours=20))
    resolve.resolve(uow, numbers[8], ines)
    unsure = tickets.get(uow.db, numbers[7])
    unsure.unsure, unsure.confidences = True, {**unsure.confidences, "kind": 0.41}
    uow.db.add(unsure)
