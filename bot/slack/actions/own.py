"""The reader's own day on the home: going away, coming back, a pause."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.slack.blocks.did import Did
from handlers.desk import away, undo
from handlers.desk.pause import pause
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from prompts import pressed as words
from prompts import slack as slack_words


def leave(uow: UnitOfWork, _number: int, staff_id: int, value: str) -> Did:
    """Away for so many hours, or until tomorrow at nine."""
    if value not in words.AWAY_CHOICES:
        raise Refused(slack_words.GONE)
    until = uow.now() + timedelta(hours=int(value)) if value.isdecimal() else _morning(uow, value)
    freed = away.away(uow, staff_id, until)
    uow.db.flush()
    said = slack_words.AWAY.format(until=slack_words.moment(until), freed=len(freed))
    return Did(said, tuple(one.id or 0 for one in freed), "away_back:0")


def stay(uow: UnitOfWork, _number: int, staff_id: int, events: str) -> None:
    """It was not meant: here, and what was given back is theirs again."""
    away.back(uow, staff_id)
    ids = [int(one) for one in events.split(",")[:100] if one.isdecimal() and len(one) < 16]
    undo.undo_what_can_be(uow, ids, staff_id)


def _morning(uow: UnitOfWork, value: str) -> datetime:
    zone = ZoneInfo(uow.policy.time_zone)
    days = timedelta(days=int(value.partition("-")[2]))
    return datetime.combine(uow.now().astimezone(zone).date() + days, time(9), zone)


def come_back(uow: UnitOfWork, _number: int, staff_id: int, _value: str) -> None:
    """Here again."""
    away.back(uow, staff_id)


def take_pause(uow: UnitOfWork, _number: int, staff_id: int, _value: str) -> Did:
    """Breathe for a while."""
    pause(uow, staff_id)
    return Did(words.PAUSED, action="pause_back:0")
