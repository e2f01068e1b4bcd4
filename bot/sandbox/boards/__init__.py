"""Stand-ins for GitHub, Linear and Redmine: as much of each as a tracker uses, in memory, with faults on request.

`app(name)` is the ASGI app of one of NAMES. Whoever knows one of its two keys signs in: OURS or THEIRS (an engineer).
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.sandbox.boards import github, linear, redmine
from bot.sandbox.boards.shelf import OURS, PLACE, THEIRS, Shelf
from bot.sandbox.faults import Faults

NAMES = {"github": github, "linear": linear, "redmine": redmine}

__all__ = ["NAMES", "OURS", "PLACE", "THEIRS", "app"]


def app(name: str) -> Starlette:
    """The stand-in of that name; it forgets everything when it ends."""
    vendor = NAMES[name]
    shelf = Shelf()

    def note(method: str, path: str, outcome: str) -> None:
        shelf.calls.append((method, path, outcome))

    made = Starlette(routes=vendor.ROUTES, middleware=[Middleware(Faults, explain=vendor.explain, note=note)])
    made.state.shelf = shelf
    return made
