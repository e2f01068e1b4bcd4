"""What the clock owes: duties looked at again and again, live every few seconds, in a replay between messages."""

from collections.abc import Callable
from datetime import timedelta

from handlers.bugs import ask, follow, outward
from handlers.customers import flag
from handlers.desk import clocks, find, promise, silence, snooze
from handlers.insights import alert, digest, group
from handlers.unit_of_work import UnitOfWork
from storage.desk import deliveries, planned, views
from storage.routing import alerts

AGAIN = timedelta(minutes=10)
"""How long a delivery may be tried by the flow that began it, before another looks after it. Longer than any flow tries."""

WORDS_AT_ONCE = 500
"""Changes to what the search finds that are read anew in one turn of the clock."""

TRACKER_AGAIN_SECONDS = 30.0


def wake_sleepers(uow: UnitOfWork) -> None:
    """Snoozed tickets whose time has come are back in the list."""
    snooze.wake_due(uow)


def call_next(uow: UnitOfWork) -> None:
    """Alerts that nobody confirmed in time go to the next person."""
    for alert_id in alerts.overdue(uow.db, uow.now()):
        level = alerts.get(uow.db, alert_id).level
        uow.enqueue("alert_overdue", f"overdue-{alert_id}-{level}", alert_id)


def say_again(uow: UnitOfWork) -> None:
    """What could not be said is tried again, once in a while, each time looking first whether it is there."""
    for one in deliveries.forgotten(uow.db, uow.now() - AGAIN):
        turn = int((uow.now() - one.created_at) / AGAIN)
        uow.enqueue("delivery_meant", f"delivery-{one.id}-tick-{turn}", one.id)


def tell_week(uow: UnitOfWork) -> None:
    """The digest of the week that is over, on its day."""
    if week := digest.due(uow):
        uow.enqueue("week_ended", f"digest-{week}", week)


def group_week(uow: UnitOfWork) -> None:
    """The themes of the week that is over are looked at again, before its digest is told."""
    if week := group.due(uow):
        uow.enqueue("week_grouped", f"themes-{week}", week)


def renew_meanings(uow: UnitOfWork) -> None:
    """What another embedder read is read anew, once a process begins with another one."""
    if group.is_stale(uow):
        uow.enqueue("meanings_renewed", f"meanings-{uow.meant_by}-{uow.now():%Y%m%d%H}")


def end_flags(uow: UnitOfWork) -> None:
    """Flags whose time is over are written down as such."""
    flag.expire(uow)


def say_planned(uow: UnitOfWork) -> None:
    """Replies whose moment has come go out, those that no flow of their own saw to as well."""
    for planned_id in planned.due(uow.db, uow.now()):
        uow.enqueue("reply_due", f"reply-{planned_id}-{uow.now():%Y%m%d%H%M}", planned_id)


def watch_promises(uow: UnitOfWork) -> None:
    """What was promised comes up before it runs out."""
    promise.watch(uow)


def watch_clocks(uow: UnitOfWork) -> None:
    """Who is owed an answer soon is said, what was missed is written down, and the ladder is climbed."""
    clocks.watch(uow)


def break_silence(uow: UnitOfWork) -> None:
    """Nobody waits for days without a word: drafts in time."""
    silence.watch(uow)


def learn_words(uow: UnitOfWork) -> None:
    """What was said since a moment ago is found by the search; the tally of the lists stays short."""
    find.learn(uow, WORDS_AT_ONCE)
    views.fold(uow.db)


def ask_tracker(uow: UnitOfWork) -> None:
    """The tracker outside is asked what changed, once per interval."""
    slot = ask.due(uow)
    if slot is not None:
        uow.enqueue("tracker_asked", f"tracker-asked-{slot}", slot)


def tell_tracker(uow: UnitOfWork) -> None:
    """What waits for the tracker is seen to, once in a while."""
    if outward.waiting(uow):
        every = min(TRACKER_AGAIN_SECONDS, uow.tracker_poll_seconds)
        uow.enqueue("tracker_told", f"tracker-told-{int(uow.now().timestamp() / every)}")


def bring_up_overdue(uow: UnitOfWork) -> None:
    """A day by which a fix was expected is over: its tickets come up."""
    follow.bring_up_overdue(uow)


def settle_alerts(uow: UnitOfWork) -> None:
    """Alerts of themes that are over end by themselves; those of the night are told in the morning."""
    alert.settle(uow)


DUTIES: tuple[Callable[[UnitOfWork], None], ...] = (
    wake_sleepers,
    call_next,
    say_planned,
    say_again,
    renew_meanings,
    group_week,
    tell_week,
    end_flags,
    watch_promises,
    watch_clocks,
    break_silence,
    learn_words,
    ask_tracker,
    tell_tracker,
    bring_up_overdue,
    settle_alerts,
)
"""Each is a transaction of its own."""
