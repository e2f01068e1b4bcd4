"""Which right each address of the console needs. What is not named here is nobody's."""

import re
from dataclasses import dataclass

from handlers.analysis import rights
from handlers.analysis.rights import WHO, Right
from handlers.errors import Refused

NEEDED: tuple[tuple[str, str, Right], ...] = (
    (r".*", r"/(staff|keys)(/.*)?|/audit\.csv", "admin"),
    (r".*", r"/policy(/.*)?|/audit|/welcome(/.*)?", "manage"),
    (r"GET", r"/rules|/levels|/glossary(\.csv)?", "desk"),
    (r"PUT", r"/levels/misses/\{clock_id\}", "desk"),
    (r".*", r"/rules(/.*)?|/levels(/.*)?|/glossary(/.*)?", "manage"),
    (r"POST", r"/tracker/.*", "manage"),
    (r"GET", r"/bugs/thanks", "names"),
    (r".*", r"/bugs/\{bug_id\}/(tickets|files|drafts)(/.*)?", "desk"),
    (r".*", r"/bugs(/.*)?|/tracker|/digests(/.*)?|/reviews/.*|/alerts(/.*)?|/events|/shield|/language", "insights"),
    (r"GET", r"/themes(/\{theme_id\})?", "insights"),
    (r".*", r"/themes/.*|/drafts/.*", "desk"),
    (r".*", r"/|/views(/.*)?|/tickets/.*|/files/.*|/undo|/promises/.*|/replies(/.*)?|/saved-replies/.*|/bulk", "desk"),
    (r".*", r"/day(/.*)?|/ratings|/people(/.*)?|/customers(/.*)?", "desk"),
)  # fmt: skip
"""Method and path of the route, as it is declared; the first that fits counts."""


class NotAllowed(Refused):
    """Somebody of ours without the right for it."""


@dataclass(frozen=True)
class May:
    """What who is signed in may do, for pages to show no more than that."""

    rights: frozenset[Right]

    @property
    def names(self) -> bool:
        """Know customers' names and words."""
        return "names" in self.rights

    @property
    def desk(self) -> bool:
        """Work with tickets and customers."""
        return "desk" in self.rights

    @property
    def manage(self) -> bool:
        """Decide how we work."""
        return "manage" in self.rights

    @property
    def admin(self) -> bool:
        """Decide who may come in."""
        return "admin" in self.rights


def needed(method: str, path: str) -> Right | None:
    """The right that a route needs; None if nobody has it."""
    return next(
        (right for verbs, paths, right in NEEDED if re.fullmatch(verbs, method) and re.fullmatch(paths, path)), None
    )


def check(method: str, path: str, role: str, *, names_for_engineers: bool) -> May:
    """What `role` may do. Raises NotAllowed where this route is not for it."""
    theirs = rights.of(role, names_for_engineers=names_for_engineers)
    right = needed("GET" if method == "HEAD" else method, path)
    if right is None or right not in theirs:
        raise NotAllowed(WHO[right] if right else WHO["admin"])
    return May(theirs)
