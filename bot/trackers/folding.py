"""Any workflow folds to our states: by what its words usually mean, else by whether it is new, begun or done."""

from collections.abc import Iterable

from storage.vocabulary import BugState

USUALLY: dict[BugState, tuple[str, ...]] = {
    "duplicate": ("duplicate", "duplicated"),
    "declined": (
        "won't do", "won't fix", "wontfix", "cannot reproduce", "declined", "rejected", "invalid", "not a bug", "by design",
        "works as designed", "works as intended", "incomplete", "canceled", "cancelled", "abandoned", "not_planned", "obsolete",
    ),
    "released": ("released", "deployed", "shipped", "live", "in production"),
    "in_progress": ("in progress", "in review", "in development", "in testing", "started", "doing", "in arbeit"),
    "accepted": (
        "accepted", "confirmed", "triaged", "selected for development", "ready for development", "ready", "planned",
    ),
}  # fmt: skip
_MEANS: dict[str, BugState] = {word: state for state, words in USUALLY.items() for word in words}
_DONE = ("duplicate", "declined", "released")


def folded(words: Iterable[str | None], stage: str) -> BugState:
    """Our state for a workflow's `words` (status, resolution, labels) in a `stage`: new, started or done.

    What is done is never read as open, nor what is open as done.
    """
    meant = [_MEANS[word] for word in (one.strip().lower() for one in words if one) if word in _MEANS]
    if stage == "done":
        return next((state for state in meant if state in _DONE), "fixed")
    usual: BugState = "in_progress" if stage == "started" else "new"
    return next((state for state in meant if state not in _DONE), usual)


def signs(**words: str | Iterable[str] | None) -> list[str]:
    """`kind:word` in lower case, for a mapping of one's own, in the order given."""
    found: list[str] = []
    for kind, said in words.items():
        several = [said] if isinstance(said, str) else list(said or [])
        found += [f"{kind}:{one.strip().lower()}" for one in several if one.strip()]
    return found
