"""Reaching one of us: a direct message in Slack, else a mail; and what calls people, by the signed webhook."""

from handlers.unit_of_work import UnitOfWork
from storage.accounts.staff import Staff
from storage.desk import deliveries
from storage.desk.deliveries import Delivery


def reach(
    uow: UnitOfWork, whom: Staff | None, key: str, purpose: str, text: str, plain: str, *,
    ticket_id: int | None = None, calls: bool = False, wait: float = 0,
) -> list[str]:  # fmt: skip
    """Mean to tell them by each way there is, once per `key`; the ways. `text` is mrkdwn, `plain` a line for the subject and the rest.

    Nobody in particular: the listener's channel. `calls`: also by the webhook. Without any way the console shows it.
    """
    places: list[tuple[str, str, str]] = []
    slack_place = f"slack:{whom.slack_id}" if whom and whom.slack_id else None
    if "slack" in uow.alert_ways and (slack_place or (uow.desk_place and not (whom and uow.mails))):
        places.append(("slack", slack_place or uow.desk_place or "", text))
    elif uow.mails and whom and whom.email:
        places.append(("mail", f"mail:{whom.email}", plain))
    if calls and "webhook" in uow.alert_ways:
        places.append(("webhook", "webhook:alerts", plain))
    for door, place, said in places:
        meant = Delivery(
            key=key if door == "slack" else f"{key}:{door}", purpose=purpose, audience="staff", ticket_id=ticket_id,
            door=door, place=place, text=said, created_at=uow.now(),
        )  # fmt: skip
        if (number := deliveries.intend(uow.db, meant)) is not None:
            uow.enqueue("delivery_meant", f"delivery-{number}", number, delay_seconds=wait)
    return [door for door, _, _ in places]
