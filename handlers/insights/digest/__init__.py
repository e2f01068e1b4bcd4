"""Digest: a week in few, ranked themes with quotes and bugs, told once; every number of it can be counted again."""

from handlers.insights.digest.asking import consult
from handlers.insights.digest.counting_again import explain
from handlers.insights.digest.reviewing import recent_periods, review
from handlers.insights.digest.telling import due, post_themes, question, read, tell
from handlers.insights.digest.writing import about, build

__all__ = [
    "about",
    "build",
    "consult",
    "due",
    "explain",
    "post_themes",
    "question",
    "read",
    "recent_periods",
    "review",
    "tell",
]
