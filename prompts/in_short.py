"""A long conversation in a few sentences made of counted facts, for staff."""

from datetime import datetime, timedelta

from prompts.markup import count, one_line


def sentences(
    gist: str,
    opened_at: datetime,
    last_at: datetime,
    theirs: int,
    ours: int,
    asked: str,
    answered: str,
    promised: str,
    bug: str,
) -> list[str]:
    """What it began with, how it went on, what they asked last, what we said last, what is open. Empty parts are left out."""
    days = max(1, (last_at - opened_at) // timedelta(days=1) + 1)
    said = [
        f"It began with “{one_line(gist, 140)}”.",
        f"{count(theirs, 'message')} of theirs and {count(ours, 'answer')} of ours in {count(days, 'day')}.",
    ]
    said += [f"They wrote last: “{one_line(asked, 200)}”."] if asked else []
    said += [f"We said last: “{one_line(answered, 200)}”."] if answered else []
    said += [f"Promised: “{one_line(promised, 80)}”."] if promised else []
    return said + ([f"The bug behind it is {one_line(bug, 60)}."] if bug else [])
