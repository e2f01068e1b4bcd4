"""The product, top to bottom: what happens after a message, a change, an alert, a week. Each line is a transaction that happens.

`call` where the verb finds what it did when a crash has it called again; `step` where the answer must be remembered.
"""

import logging
from collections.abc import Callable
from typing import Any

from bot.engine import Flow, Run
from handlers.bugs import ask, file, follow, listen, outward, phrase, propose
from handlers.desk import card, clocks, reply
from handlers.errors import Refused, Unavailable
from handlers.insights import alert, digest, group, shield
from handlers.intake import acknowledge, deliver, escalate, identify, refine, route, triage
from handlers.tracking import FiledBug, News
from handlers.unit_of_work import UnitOfWork

log = logging.getLogger("earshot.flows")

LATER_SECONDS = 60.0
"""The longest time until what the tracker did not take is tried again."""


def message_received(run: Run, message_id: int) -> None:
    """A message came in: understand, route, answer; then think further."""
    heard = run.call(hear, message_id)
    if heard["ask"]:
        run.call(identify.identify, message_id, _profile(run, heard["ask"]))
        heard = run.call(hear, message_id)
    if heard["intent"] is not None:
        delivery_meant(run, heard["intent"]["id"], heard["intent"])
    if heard["band"] == "certain":
        run.call(escalate.escalate, heard["ticket"])


def ticket_wanted(run: Run, message_id: int) -> None:
    """One of us marked a message as a ticket: route and answer it as if it had been one from the start."""
    heard = run.call(hear_anyway, message_id)
    if heard["intent"] is not None:
        delivery_meant(run, heard["intent"]["id"], heard["intent"])
    if heard["band"] == "certain":
        run.call(escalate.escalate, heard["ticket"])


def hear_anyway(uow: UnitOfWork, message_id: int) -> dict[str, Any]:
    """One step: open it, route it, mean to answer."""
    ticket_id = triage.open_anyway(uow, message_id)
    if ticket_id is None:
        return {"ticket": None, "band": None, "intent": None}
    band = route.route(uow, ticket_id)
    answer = acknowledge.acknowledge(uow, ticket_id, message_id)
    intent = deliver.prepare(uow, answer) if answer is not None else None
    return {"ticket": ticket_id, "band": band, "intent": intent}


def hear(uow: UnitOfWork, message_id: int) -> dict[str, Any]:
    """Understand, route and mean to answer in one step: what the customer waits for is one commit away.

    Of somebody never seen before it says only whom to `ask` about.
    """
    heard: dict[str, Any] = {
        "ask": identify.unidentified(uow, message_id),
        "ticket": None,
        "band": None,
        "intent": None,
    }
    if heard["ask"]:
        return heard
    with uow.written_at_the_end():
        identify.settle(uow, message_id)
        ticket_id = triage.triage(uow, message_id)
        if ticket_id is None:
            return heard  # chatter, a follow-up, our own words
        band = route.route(uow, ticket_id)
        answer = acknowledge.acknowledge(uow, ticket_id, message_id)
    intent = deliver.prepare(uow, answer) if answer is not None else None
    return {**heard, "ticket": ticket_id, "band": band, "intent": intent}


def message_revised(run: Run, message_id: int) -> None:
    """The words were edited: what has become of it, without a second answer; if nobody was answered yet, as if it came now."""
    ticket_id = run.step(triage.reconsider, message_id)
    if ticket_id is None:
        message_received(run, message_id)
    else:
        ticket_changed(run, ticket_id)


def history_received(run: Run, message_id: int) -> None:
    """Imported history feeds themes, cards and digests; it is never answered and raises no alert."""
    ticket_id = run.step(triage.triage, message_id)
    if ticket_id is not None:
        run.step(route.route, ticket_id)
        ticket_opened(run, ticket_id)


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


def follow_up_received(run: Run, ticket_id: int, message_id: int) -> None:
    """The customer wrote again in a conversation: no second acknowledgement, but nothing is missed."""
    if run.call(route.route, ticket_id) == "certain":
        run.call(escalate.escalate, ticket_id)
    card_changed(run, ticket_id)


def card_changed(run: Run, ticket_id: int) -> None:
    """Bring what is owed, and the listener's card in the buffer channel, up to date."""
    card_id = run.call(stands, ticket_id)
    if card_id is not None:
        delivery_meant(run, card_id)


def stands(uow: UnitOfWork, ticket_id: int) -> int | None:
    """One step: its clocks, and the card as it is with them."""
    clocks.keep(uow, ticket_id)
    return card.show(uow, ticket_id)


def people_mentioned(run: Run, message_id: int, slack_ids: list[str]) -> None:
    """A customer called somebody by name: who of the core team was interrupted."""
    run.call(shield.mentioned, message_id, slack_ids)


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


def bug_proposed(run: Run, bug_id: int) -> None:
    """The model words a proposed bug; without it the template's text stands."""
    asked = run.step(phrase.question, bug_id)
    if asked is not None:
        run.step(phrase.phrase, bug_id, run.ask(phrase.consult, asked))


def bug_filed(run: Run, _bug_id: int) -> None:
    """A person wants the bug in the tracker: there, once, after those that waited before it."""
    tracker_told(run)


def tracker_told(run: Run) -> None:
    """What waits for the tracker, in order. While it is away the rest waits with the first, and the queue is for others; what
    it fails at again and again, although it answers, may be passed.
    """
    for one in run.call(outward.waiting):
        try:
            run.tell(*OUTWARD[one["what"]], one["id"], patient=False)
        except Unavailable as failure:
            run.call(outward.later, min(failure.retry_after or 2.0 ** min(one["tried"], 6), LATER_SECONDS))
            there = failure.retry_after is None and run.ask(outward.is_there)
            if not run.call(outward.may_be_passed, one["what"], one["id"], there):
                return


def tracker_asked(run: Run, slot: int) -> None:
    """What changed there since we asked last: right within one interval, however many webhooks got lost."""
    try:
        run.tell(ask.since, ask.look, answered, slot, patient=False)
    except (Unavailable, Refused) as failure:
        log.info("the tracker could not be asked: %s", failure)


def answered(uow: UnitOfWork, _slot: int, found: dict[str, Any]) -> None:
    """What the tracker answered is kept; what is new of our bugs is left to be heard."""
    for one in found["issues"]:
        listen.mirror(uow, uow.tracker, FiledBug.model_validate(one))
    for one in found["news"]:
        listen.keep(uow, News.model_validate(one))
    ask.answered(uow, found)


def bug_heard(run: Run, news_id: int) -> None:
    """The tracker told of an issue: the bug, its comments, and drafts for customers."""
    if run.call(take_over, news_id):
        run.call(ask.ask_again)


def take_over(uow: UnitOfWork, news_id: int) -> bool:
    """What was told becomes true here, in one transaction; True if only asking can tell how it stands."""
    heard = listen.hear(uow, news_id)
    if heard is None:
        return False
    unsure, questions = heard.pop("unsure", False), heard.pop("questions")
    follow.changed(uow, **heard)
    for one in questions:
        follow.ask(uow, heard["bug_id"], one["text"], one["comment_id"])
    return bool(unsure)


def bug_changed(run: Run, bug_id: int) -> None:
    """A ticket was put on a bug whose news are out: its customer hears them as well."""
    run.step(follow.draft, bug_id)


def alert_changed(run: Run, alert_id: int) -> None:
    """Tell whoever is called what the alert says now."""
    for delivery_id in run.call(escalate.untold, alert_id):
        delivery_meant(run, delivery_id)


def alert_overdue(run: Run, alert_id: int) -> None:
    """Nobody confirmed in time: the next person."""
    run.step(escalate.call_next, alert_id)


def week_ended(run: Run, week: str) -> None:
    """A week is over: keep its digest and post it, once, its themes below it. A model words it where there is one."""
    asked = run.step(digest.question, week)
    written = run.ask(digest.consult, asked) if asked else {}
    for delivery_id in run.step(digest.tell, week, written):
        delivery_meant(run, delivery_id)
    for delivery_id in run.call(digest.post_themes, week):
        delivery_meant(run, delivery_id)


def meaning_wanted(run: Run, ticket_id: int) -> None:
    """Meaning is asked for outside: first that, with no transaction open, then the theme and what follows from it."""
    asked = run.call(group.wanted, ticket_id)
    if asked is None:
        return
    card_id = run.call(consider, ticket_id, run.ask(group.mean, asked))
    if card_id is not None:
        delivery_meant(run, card_id)


def meanings_renewed(run: Run) -> None:
    """The embedder is another: all meaning is made anew, portion by portion. Themes stay what they are."""
    while (asked := run.call(group.stale)) is not None:
        run.call(group.renew, asked.others, run.ask(group.read_anew, asked))


def week_grouped(run: Run, week: str) -> None:
    """A week is over: all themes are looked at again, once. The long part happens with no transaction open."""
    asked = run.call(group.question, week)
    run.step(group.settle, week, run.ask(group.regroup, asked) if asked else None)


def _profile(run: Run, slack_id: str) -> dict[str, object] | None:
    try:
        found: dict[str, object] | None = run.ask(identify.look_up, slack_id)
    except Unavailable:
        return None
    return found


OUTWARD: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    "bug": (file.prepare, file.submit, file.record_filed),
    "comment": (outward.prepare_comment, outward.write_comment, outward.record_comment),
    "block": (outward.prepare_block, outward.show_block, outward.record_block),
    "file": (outward.prepare_file, outward.put_file, outward.record_file),
}
"""What is done in a tracker → intent, act, result."""

FLOWS: dict[str, tuple[str, Flow]] = {
    "message_received": ("intake", message_received),
    "ticket_wanted": ("intake", ticket_wanted),
    "message_revised": ("intake", message_revised),
    "history_received": ("work", history_received),
    "ticket_opened": ("work", ticket_opened),
    "ticket_asked": ("model", ticket_asked),
    "ticket_changed": ("work", ticket_changed),
    "follow_up_received": ("work", follow_up_received),
    "card_changed": ("work", card_changed),
    "people_mentioned": ("work", people_mentioned),
    "levels_changed": ("work", levels_changed),
    "delivery_meant": ("work", delivery_meant),
    "reply_due": ("work", reply_due),
    "bug_proposed": ("model", bug_proposed),
    "bug_filed": ("tracker", bug_filed),  # a tracker may hang: nothing else waits behind it
    "tracker_told": ("tracker", tracker_told),
    "tracker_asked": ("tracker", tracker_asked),
    "bug_heard": ("work", bug_heard),
    "bug_changed": ("work", bug_changed),
    "alert_changed": ("intake", alert_changed),
    "alert_overdue": ("work", alert_overdue),
    "week_ended": ("model", week_ended),
    "week_grouped": ("work", week_grouped),
    "meaning_wanted": ("model", meaning_wanted),  # an endpoint may hang
    "meanings_renewed": ("model", meanings_renewed),
}
"""Flow → (queue, function)."""
