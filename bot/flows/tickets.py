"""A ticket: what happens after it was answered or changed, what is said in it, and whoever is called for it."""

from typing import Any

from bot.engine import Run
from handlers.bugs import propose
from handlers.desk import card, clocks, reply
from handlers.errors import Unavailable
from handlers.insights import alert, group
from handlers.intake import deliver, escalate, refine, route
from handlers.unit_of_work import UnitOfWork


def ticket_opened(run: Run, ticket_id: int) -> None:
    """After the answer: the listener's card, the theme, the bug."""
    card_id = run.call(consider, ticket_id)
    if card_id is not None:
        delivery_meant(run, card_id)


def consider(uow: UnitOfWork, ticket_id: int, meant: group.Meant | None = None) -> int | None:
    """One step: the model to be asked, the theme it belongs to and its alert, the bug it may be, and the card to be shown, if any."""
    refine.ask_later(uow, ticket_id)
    group.group(uow, ticket_id, meant)
    alert.watch(uow, ticket_id)
    propose.propose(uow, ticket_id)
    clocks.keep(uow, ticket_id)
    return card.show(uow, ticket_id)


def meaning_wanted(run: Run, ticket_id: int) -> None:
    """Meaning is asked for outside: first that, with no transaction open, then the theme and what follows from it."""
    asked = run.call(group.wanted, ticket_id)
    if asked is None:
        return
    card_id = run.call(consider, ticket_id, run.ask(group.mean, asked))
    if card_id is not None:
        delivery_meant(run, card_id)


def ticket_asked(run: Run, ticket_id: int) -> None:
    """The model's second look; what it corrects is routed again, and never acknowledged again."""
    asked = run.call(refine.question, ticket_id)
    if asked is None:
        return
    outcome = run.ask(refine.consult, asked)
    corrected = run.call(correct, ticket_id, outcome)
    if corrected["band"] == "certain":
        run.call(escalate.escalate, ticket_id)
    if corrected["card"] is not None:
        delivery_meant(run, corrected["card"])


def correct(uow: UnitOfWork, ticket_id: int, outcome: dict[str, Any]) -> dict[str, Any]:
    """One step: take the model's word, and where it changed something, what follows from it."""
    if not refine.refine(uow, ticket_id, outcome):
        return {"band": None, "card": None}
    band = route.route(uow, ticket_id)
    return {"band": band, "card": consider(uow, ticket_id)}


def ticket_changed(run: Run, ticket_id: int) -> None:
    """Somebody or the model corrected what the ticket is: route again, page if it turns out to be an emergency."""
    if run.call(route.route, ticket_id) == "certain":
        run.call(escalate.escalate, ticket_id)
    ticket_opened(run, ticket_id)


def card_changed(run: Run, ticket_id: int) -> None:
    """Bring what is owed, and the listener's card in the buffer channel, up to date."""
    card_id = run.call(stands, ticket_id)
    if card_id is not None:
        delivery_meant(run, card_id)


def stands(uow: UnitOfWork, ticket_id: int) -> int | None:
    """One step: its clocks, and the card as it is with them."""
    clocks.keep(uow, ticket_id)
    return card.show(uow, ticket_id)


def levels_changed(run: Run, after: int) -> None:
    """The company changed what it owes: every ticket that is not done is looked at anew."""
    run.call(clocks.apply, after)


def delivery_meant(run: Run, delivery_id: int, intent: dict[str, Any] | None = None) -> None:
    """Say what was meant, once. `intent` where it was committed just now."""
    try:
        run.tell(deliver.prepare, deliver.speak, deliver.record_delivery, delivery_id, intent=intent)
    except Unavailable:
        return  # the intent stays; the next tick tries again


def reply_due(run: Run, planned_id: int) -> None:
    """Nobody took the reply back in time, or the time that its writer chose has come."""
    run.call(reply.say_planned, planned_id)


def alert_changed(run: Run, alert_id: int) -> None:
    """Tell whoever is called what the alert says now."""
    for delivery_id in run.call(escalate.untold, alert_id):
        delivery_meant(run, delivery_id)


def alert_overdue(run: Run, alert_id: int) -> None:
    """Nobody confirmed in time: the next person."""
    run.step(escalate.call_next, alert_id)
