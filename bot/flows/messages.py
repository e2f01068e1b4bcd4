"""A message: what happens after it came in, was edited, or was brought from the past."""

from typing import Any

from bot.engine import Run
from bot.flows import tickets
from handlers.errors import Unavailable
from handlers.insights import shield
from handlers.intake import acknowledge, deliver, escalate, identify, route, triage
from handlers.unit_of_work import UnitOfWork

NOTHING: dict[str, Any] = {"ask": None, "ticket": None, "band": None, "intent": None}
"""What was heard of a message that is no ticket: whom to ask about, the ticket, its band of emergency, the answer that is meant."""


def message_received(run: Run, message_id: int) -> None:
    """A message came in: understand, route, answer; then think further."""
    heard = run.call(hear, message_id)
    if heard["ask"]:
        run.call(identify.identify, message_id, _profile(run, heard["ask"]))
        heard = run.call(hear, message_id)
    _answered(run, heard)


def hear(uow: UnitOfWork, message_id: int) -> dict[str, Any]:
    """Understand, route and mean to answer in one step: what the customer waits for is one commit away.

    Of somebody never seen before it says only whom to `ask` about.
    """
    if asked := identify.unidentified(uow, message_id):
        return {**NOTHING, "ask": asked}
    with uow.written_at_the_end():
        identify.settle(uow, message_id)
        ticket_id = triage.triage(uow, message_id)  # None: chatter, a follow-up, our own words
    return dict(NOTHING) if ticket_id is None else _meant(uow, ticket_id, message_id)


def ticket_wanted(run: Run, message_id: int) -> None:
    """One of us marked a message as a ticket: route and answer it as if it had been one from the start."""
    _answered(run, run.call(hear_anyway, message_id))


def hear_anyway(uow: UnitOfWork, message_id: int) -> dict[str, Any]:
    """One step: open it, route it, mean to answer."""
    ticket_id = triage.open_anyway(uow, message_id)
    return dict(NOTHING) if ticket_id is None else _meant(uow, ticket_id, message_id)


def _meant(uow: UnitOfWork, ticket_id: int, message_id: int) -> dict[str, Any]:
    """Route it and mean to answer."""
    with uow.written_at_the_end():
        band = route.route(uow, ticket_id)
        answer = acknowledge.acknowledge(uow, ticket_id, message_id)
    intent = deliver.prepare(uow, answer) if answer is not None else None
    return {**NOTHING, "ticket": ticket_id, "band": band, "intent": intent}


def _answered(run: Run, heard: dict[str, Any]) -> None:
    """Say what was meant; call whoever is on call if it must be."""
    if heard["intent"] is not None:
        tickets.delivery_meant(run, heard["intent"]["id"], heard["intent"])
    if heard["band"] == "certain":
        run.call(escalate.escalate, heard["ticket"])


def message_revised(run: Run, message_id: int) -> None:
    """The words were edited: what has become of it, without a second answer; if nobody was answered yet, as if it came now."""
    ticket_id = run.step(triage.reconsider, message_id)
    if ticket_id is None:
        message_received(run, message_id)
    else:
        tickets.ticket_changed(run, ticket_id)


def history_received(run: Run, message_id: int) -> None:
    """Imported history feeds themes, cards and digests; it is never answered and raises no alert."""
    ticket_id = run.step(triage.triage, message_id)
    if ticket_id is not None:
        run.step(route.route, ticket_id)
        tickets.ticket_opened(run, ticket_id)


def follow_up_received(run: Run, ticket_id: int, message_id: int) -> None:
    """The customer wrote again in a conversation: no second acknowledgement, but nothing is missed."""
    if run.call(route.route, ticket_id) == "certain":
        run.call(escalate.escalate, ticket_id)
    tickets.card_changed(run, ticket_id)


def people_mentioned(run: Run, message_id: int, slack_ids: list[str]) -> None:
    """A customer called somebody by name: who of the core team was interrupted."""
    run.call(shield.mentioned, message_id, slack_ids)


def _profile(run: Run, slack_id: str) -> dict[str, object] | None:
    try:
        found: dict[str, object] | None = run.ask(identify.look_up, slack_id)
    except Unavailable:
        return None
    return found
