"""Trackers: where bugs live. A folder each; to add one, copy a folder, name it in NEEDS and the settings, and make the conformance tests pass."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module

from bot.settings import Settings
from bot.trackers.circuit import Circuit
from handlers.errors import Refused, Unavailable
from handlers.tracking import Tracker
from handlers.unit_of_work import UnitOfWork

Work = Callable[[], AbstractContextManager[UnitOfWork]]

NEEDS: dict[str, tuple[str, ...]] = {
    "jira": ("jira_url", "jira_email", "jira_token", "jira_project"),
    "github": ("github_repository", "github_token"),
    "linear": ("linear_team", "linear_key"),
    "redmine": ("redmine_url", "redmine_key", "redmine_project"),
}
"""Tracker → the settings that it cannot do without."""
AT = {
    "jira": "EARSHOT_JIRA_URL",
    "github": "EARSHOT_GITHUB_API_URL",
    "linear": "EARSHOT_LINEAR_API_URL",
    "redmine": "EARSHOT_REDMINE_URL",
}
"""Tracker → the setting that says where it is."""


def connect(settings: Settings, work: Work) -> Tracker:
    """The tracker that the settings name. Raises Refused naming what is missing."""
    missing = [f"EARSHOT_{name.upper()}" for name in NEEDS.get(settings.tracker, ()) if not getattr(settings, name)]
    if missing:
        raise Refused(f"The tracker is {settings.tracker}, so {' and '.join(missing)} must be set.")
    if settings.tracker == "local":
        from bot.trackers.local import Local

        return Local(work)
    made: Tracker = import_module(f"bot.trackers.{settings.tracker}").connect(settings)
    return Circuit(made, settings.tracker_pause_seconds)


def check(settings: Settings) -> list[tuple[bool, str]]:
    """For the doctor: (whether all is well, a sentence that says what is, or what to do)."""

    def nowhere() -> AbstractContextManager[UnitOfWork]:
        raise Refused("The built-in tracker needs no check.")

    try:
        return [(True, connect(settings, nowhere).check())]
    except Refused as failure:
        return [(False, str(failure))]
    except Unavailable as failure:
        return [(False, f"{failure} Look at the network and at {AT[settings.tracker]}.")]
