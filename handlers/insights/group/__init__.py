"""Group: each complaint joins a theme or waits in one of its own; each week everything is looked at again."""

from handlers.insights.group.joining import group
from handlers.insights.group.meaning import Meant, is_stale, mean, progress, read_anew, renew, stale, wanted
from handlers.insights.group.weekly import due, question, regroup, settle

__all__ = [
    "Meant", "due", "group", "is_stale", "mean", "progress", "question", "read_anew", "regroup", "renew", "settle", "stale", "wanted"
]  # fmt: skip
