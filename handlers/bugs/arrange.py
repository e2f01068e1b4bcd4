"""Arrange: what the words of the tracker's workflow mean here, and what its own fields shall be."""

from collections.abc import Mapping

from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean
from storage.insights import bugs
from storage.routing import policy
from storage.vocabulary import BUG_STATES

MOST = 200


def mean(uow: UnitOfWork, mapping: str, staff_id: int) -> dict[str, str]:
    """Put a mapping in force, a line each: `status:ready for qa = in_progress`. Raises Refused naming the line that is wrong."""
    meant: dict[str, str] = {}
    for line in clean(mapping).splitlines():
        if not line.strip():
            continue
        sign, _, state = (part.strip().lower() for part in line.rpartition("="))
        state = state.replace(" ", "_")
        if ":" not in sign or state not in BUG_STATES or state == "proposed":
            states = ", ".join(one for one in BUG_STATES if one != "proposed")
            raise Refused(
                f"“{line.strip()[:80]}” is not like “status:ready for qa = in_progress”; states are {states}."
            )
        meant[sign] = state
    if len(meant) > MOST:
        raise Refused(f"At most {MOST} lines can be kept.")
    before = policy.recall(uow.db, f"tracker_states:{uow.tracker}") or {}
    policy.remember(uow.db, f"tracker_states:{uow.tracker}", dict(meant))
    uow.record("tracker_arranged", by=staff_id, states=meant)
    _look_again(uow, before, meant)
    return meant


def _look_again(uow: UnitOfWork, before: Mapping[str, str], meant: Mapping[str, str]) -> None:
    """Bugs whose words mean something else now are read anew, at once."""
    changed = False
    for bug in bugs.outside(uow.db, uow.tracker):
        said = [sign for sign in bug.status.split(";") if sign]
        was, now = (next((one[sign] for sign in said if sign in one), None) for one in (before, meant))
        if was != now and not bug.gone:
            bug.status, bug.heard_at, bug.told, changed = "", None, {**bug.told, "seen": ""}, True
            uow.db.add(bug)
    if changed:
        slot = int(uow.now().timestamp())
        uow.enqueue("tracker_asked", f"tracker-asked-arranged-{slot}", slot)


def fill(uow: UnitOfWork, fields: Mapping[str, str], staff_id: int) -> None:
    """What the tracker's own fields shall be for every new bug; an empty one is left out."""
    kept = {clean(name)[:100]: clean(value).strip()[:1000] for name, value in fields.items() if value.strip()}
    policy.remember(uow.db, f"tracker_fields:{uow.tracker}", dict(kept))
    uow.record("tracker_arranged", by=staff_id, fields=sorted(kept))


def signs(uow: UnitOfWork) -> list[str]:
    """The words that bugs of this tracker carry now, to be mapped."""
    return sorted({sign for bug in bugs.outside(uow.db, uow.tracker) for sign in bug.status.split(";") if sign})
