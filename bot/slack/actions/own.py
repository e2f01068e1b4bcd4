"""The reader's own day on the home: going away, coming back, a pause."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.desk import away
from handlers.desk.pause import pause
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from prompts import pressed as words
from prompts import slack as slack_words


def leave(uow: UnitOfWork, _number: int, staff_id: int, value: str) -> None:
    """Away for so many hours, or until tomorrow at nine."""
    if value not in words.AWAY_CHOICES:
        raise Refused(slack_words.GONE)
    if value.isdecimal():
        away.away(uow, staff_id, uow.now() + timedelta(hours=int(value)))
        return
    zone = ZoneInfo(uow.policy.time_zone)
    days = timedelta(days=int(value.partition("-")[2]))
    away.away(uow, staff_id, datetime.combine(uow.now().astimezone(zone).date() + days, time(9), zone))


def come_back(uow: UnitOfWork, _number: int, staff_id: int, _value: str) -> None:
    """Here again."""
    away.back(uow, staff_id)


def take_pause(uow: UnitOfWork, _number: int, staff_id: int, _value: str) -> None:
    """Breathe for a while."""
    pause(uow, staff_id)
