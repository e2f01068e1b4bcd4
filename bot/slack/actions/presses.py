"""Buttons and choices: each to its verb, or to the modal that asks for more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.slack.actions import answer, home, many, modals, own
from bot.slack.blocks.card import card_blocks
from bot.slack.blocks.did import Did, did_block, taken_back_by
from bot.slack.blocks.home import shown
from bot.slack.house import House, log
from handlers.analysis.rights import WHO, Right
from handlers.bugs import unfile
from handlers.desk import card, claim, correct, pause, promise, reply, resolve, snooze, undo
from handlers.errors import Refused
from handlers.insights import alert, react
from handlers.intake import escalate
from handlers.unit_of_work import UnitOfWork
from prompts import card as card_words
from prompts import pressed
from prompts import slack as words
from storage.desk.history import Event

Press = Callable[[UnitOfWork, int, int, str], object]


async def on_press(house: House, body: dict[str, Any]) -> None:
    """One press. What it changes is committed when this returns; what it shows comes after."""
    action = (body.get("actions") or [{}])[0]
    name, _, rest = str(action.get("action_id", "")).partition(":")
    if name == "open":
        return  # a link: the browser is there already
    member = await house.who(body)
    if member is None:
        return house.later(house.tell(body, words.NOT_STAFF))
    if (right := needed(name)) not in member.rights:
        return house.later(house.tell(body, WHO[right]))
    value = str((action.get("selected_option") or {}).get("value") or action.get("value") or "")
    if name in ("home_view", "home_page"):
        return house.later(home.show(house, body, *shown(value)))
    number = int(rest) if rest.isdecimal() and len(rest) < 16 else 0
    did: Did | None = None
    try:
        if opens := modals.OPENS.get(name):
            return house.later(house.open(body, modals.where(await house.run(opens, number), body)))
        if name == "many":
            view = shown(str((body.get("view") or {}).get("private_metadata", "")))[0]
            return house.later(house.open(body, modals.where(await house.run(many.open_many, view, member), body)))
        if name in ("saved", "write"):
            return await answer.put_in(house, body, member, name, value)
        if name == "undo_reply":
            await house.run(reply.withdraw, number, member.id)
            return house.later(house.tell(body, words.TAKEN_BACK))
        if take := TAKES_BACK.get(name):
            await house.run(take, number, member.id, value)
            return await _undone(house, body)
        if name == "undo":
            await house.run(_undo, value, member.id)
            return await _undone(house, body)
        if press := PRESSES.get(name):
            did = await house.run(_pressed, press, number, member.id, value)
        else:
            log.info("ignored", extra={"kind": f"a press on {name[:40]}"})
    except Refused as refusal:
        house.later(house.tell(body, str(refusal)))
    house.later(_refresh(house, body, number, did))


def needed(press: str) -> Right:
    """Engineers answer on themes and confirm alerts; what is done to tickets is the desk's."""
    return "insights" if press in FOR_ENGINEERS else "desk"


def _pressed(uow: UnitOfWork, press: Press, number: int, staff_id: int, value: str) -> Did | None:
    """What it did, if it can be taken back."""
    done = press(uow, number, staff_id, value)
    return taken_back_by(uow, done) if isinstance(done, Event) else done if isinstance(done, Did) else None


def _undo(uow: UnitOfWork, events: str, staff_id: int) -> None:
    for one in reversed(events.split(",")[:100]):
        undo.undo(uow, int(one) if one.isdecimal() and len(one) < 16 else 0, staff_id)


async def _undone(house: House, body: dict[str, Any]) -> None:
    """The offer is gone, and it is as it was."""
    view = body.get("view") or {}
    if view.get("type") == "home":
        return house.later(home.show(house, body, *shown(str(view.get("private_metadata", "")))))
    house.later(house.tell(body, pressed.UNDONE, instead=True))


async def _refresh(house: House, body: dict[str, Any], ticket_id: int, did: Did | None) -> None:
    """Show what was changed where it was pressed, and how to take it back. The card in the buffer channel follows by itself."""
    view = body.get("view") or {}
    if view.get("type") == "home":
        return await home.show(house, body, *shown(str(view.get("private_metadata", ""))), did=did)
    taken_back = [did_block(did)] if did else []
    if (body.get("container") or {}).get("is_ephemeral") and body.get("response_url") and ticket_id:
        try:
            facts = await house.run(_facts, ticket_id)
        except Refused:
            return
        await house.tell(body, card_words.headline(facts), [*card_blocks(facts), *taken_back], instead=True)
    elif did is not None:
        await house.tell(body, did.text, taken_back)


def _facts(uow: UnitOfWork, ticket_id: int) -> card_words.Card:
    return card.facts(uow, uow.ticket(ticket_id))


def _snooze(uow: UnitOfWork, ticket_id: int, staff_id: int, value: str) -> Event:
    if value in words.SNOOZE_UNTIL:
        return snooze.snooze(uow, ticket_id, staff_id, sooner=value)
    if not value.isdecimal() or int(value) not in words.SNOOZE_CHOICES:
        raise Refused(words.GONE)
    return snooze.snooze(uow, ticket_id, staff_id, uow.now() + timedelta(minutes=int(value)))


def _confirm(uow: UnitOfWork, alert_id: int, staff_id: int, _: str) -> Did:
    escalate.confirm(uow, alert_id, staff_id)
    return Did(pressed.HAS_IT, action=f"alert_back:{alert_id}")


def _dismiss(uow: UnitOfWork, alarm_id: int, staff_id: int, _: str) -> Did:
    alert.dismiss(uow, alarm_id, staff_id)
    return Did(pressed.DISMISSED, action=f"alarm_back:{alarm_id}")


def _promised(uow: UnitOfWork, _ticket_id: int, staff_id: int, value: str) -> Event:
    return promise.accept(uow, int(value) if value.isdecimal() and len(value) < 16 else 0, staff_id)


def _not_promised(uow: UnitOfWork, _ticket_id: int, staff_id: int, value: str) -> Event:
    return promise.decline(uow, int(value) if value.isdecimal() and len(value) < 16 else 0, staff_id)


def _react(said: str) -> Press:
    """An engineer's answer on a theme of a digest; the button carries the week."""
    return lambda uow, theme_id, staff_id, week: react.react(uow, theme_id, staff_id, week, said)


FOR_ENGINEERS = ("useful", "known", "by_design", "fixed", "dismiss_theme", "confirm", "alert_back", "alarm_back")
TAKES_BACK: dict[str, Press] = {
    "unfile": lambda uow, bug_id, staff_id, _: unfile.unfile(uow, bug_id, staff_id),
    "relink": lambda uow, ticket_id, staff_id, _: unfile.relink(uow, ticket_id, staff_id),
    "alert_back": lambda uow, alert_id, staff_id, _: escalate.take_back(uow, alert_id, staff_id),
    "alarm_back": lambda uow, alarm_id, staff_id, _: alert.reopen(uow, alarm_id, staff_id),
    "away_back": own.stay,
    "pause_back": lambda uow, _number, staff_id, _: pause.resume(uow, staff_id),
}
"""What undoes a press that is no ticket's own."""
PRESSES: dict[str, Press] = {
    "claim": lambda uow, ticket_id, staff_id, _: claim.claim(uow, ticket_id, staff_id),
    "release": lambda uow, ticket_id, staff_id, _: claim.release(uow, ticket_id, staff_id),
    "resolve": lambda uow, ticket_id, staff_id, _: resolve.resolve(uow, ticket_id, staff_id),
    "reopen": lambda uow, ticket_id, staff_id, _: resolve.reopen(uow, ticket_id, staff_id),
    "wake": lambda uow, ticket_id, staff_id, _: snooze.wake(uow, ticket_id, staff_id),
    "kind": lambda uow, ticket_id, staff_id, value: correct.correct(uow, ticket_id, staff_id, "kind", value),
    "promised": _promised,
    "not_promised": _not_promised,
    "confirm": _confirm,
    "snooze": _snooze,
    "away": own.leave,
    "back": own.come_back,
    "pause": own.take_pause,
    "dismiss_theme": _dismiss,
    "useful": _react("useful"),
    "known": _react("known"),
    "by_design": _react("by_design"),
}
