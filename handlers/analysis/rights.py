"""Rights: what each role may see and do. One table that every place asks."""

from typing import Literal

from storage.vocabulary import Role

Right = Literal["insights", "names", "desk", "manage", "admin"]
"""Digests, themes, bugs and alerts; customers' names; tickets and customers; how we work; who we are."""

DESK: frozenset[Right] = frozenset(("insights", "names", "desk"))
OF: dict[Role, frozenset[Right]] = {
    "engineer": frozenset(("insights",)),
    "listener": DESK,
    "support": DESK,
    "manager": DESK | {"manage"},
    "admin": DESK | {"manage", "admin"},
}
WHO: dict[Right, str] = {
    "insights": "Only our own staff can do this.",
    "names": "Only those who may know customers' names can see this.",
    "desk": "Only those who work at the desk can do this.",
    "manage": "Only managers and admins can do this.",
    "admin": "Only admins can do this.",
}
"""Whom a right is for, as a refusal says it."""


def of(role: str, *, names_for_engineers: bool = False) -> frozenset[Right]:
    """The rights of a role; one that there is not has none. Engineers know customers' names where the policy allows it."""
    known = next((theirs for name, theirs in OF.items() if name == role), frozenset())
    return known | {"names"} if names_for_engineers and "insights" in known else known
