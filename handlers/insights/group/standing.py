"""What stands for a workspace: how fine its themes are, and how near is near enough. Chosen from its own data, then kept."""

from typing import Any

from handlers.unit_of_work import UnitOfWork
from storage.routing import policy

KEY = "themes"


def read(uow: UnitOfWork) -> dict[str, Any]:
    """{"week" looked at last, "resolution", "enough", "embedder" that both are of}; what is of another embedder is left out."""
    kept = policy.recall(uow.db, KEY) or {}
    if kept.get("embedder") == uow.meant_by:
        return kept
    return {"week": kept["week"]} if "week" in kept else {}


def keep(uow: UnitOfWork, **facts: Any) -> None:
    """Keep these facts beside those that stand."""
    policy.remember(uow.db, KEY, {**read(uow), "embedder": uow.meant_by, **facts})


def enough(uow: UnitOfWork) -> float | None:
    """The likeness from which a complaint joins a theme; None before the first week is over."""
    found = read(uow).get("enough")
    return float(found) if found is not None else None
