"""Lead: the weeks between a flagged customer's first report of something and the first from anybody else. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Lead:
    """`weeks` between the two first reports; while nobody else has told of it (`others_at` None), the weeks until now."""

    weeks: float
    flagged_at: datetime
    others_at: datetime | None


def lead(firsts: Mapping[int | None, datetime], flagged: Collection[int], now: datetime) -> Lead | None:
    """None unless a flagged customer told of it before everybody else. `firsts`: customer (None: strangers) → first report."""
    early = min((when for who, when in firsts.items() if who in flagged), default=None)
    others = min((when for who, when in firsts.items() if who not in flagged), default=None)
    if early is None or (others is not None and others <= early):
        return None
    return Lead(round(((others or now) - early) / WEEK, 1), early, others)
