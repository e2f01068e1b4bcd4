"""Decide: change the company's policy, and the order in which people are called."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

import holidays
from pydantic import ValidationError

from handlers.analysis import business_hours
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.desk import history
from storage.routing import policy
from storage.routing.policy import Policy


def decide(uow: UnitOfWork, changes: Mapping[str, Any], *, by: int | None = None) -> list[str]:
    """Put these fields of the policy in force; the names of what changed. Raises Refused for what cannot be kept."""
    before, told = uow.policy.model_dump(), uow.policy.model_dump(mode="json")
    try:
        after = Policy.model_validate({**before, **changes})
    except ValidationError as error:
        first = error.errors()[0]
        raise Refused(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}.") from None
    _check(uow, after)
    changed = [name for name, value in after.model_dump().items() if before[name] != value]
    if changed:
        policy.save(uow.db, after)
        uow.__dict__.pop("policy", None)
        now = after.model_dump(mode="json")
        was, to = {name: told[name] for name in changed}, {name: now[name] for name in changed}
        uow.record("policy_changed", by=by, fields=changed, was=was, to=to)
    return changed


def take_back(uow: UnitOfWork, staff_id: int) -> None:
    """What `staff_id` decided last is as it was. Raises NotFound where it was decided anew since, Refused if it is too long ago."""
    done = history.last_of(uow.db, "policy_changed", staff_id)
    now = uow.policy.model_dump(mode="json")
    if done is None or any(now[name] != value for name, value in done.detail["to"].items()):
        raise NotFound("There is nothing to take back.")
    uow.still_taken_back(done.at)
    decide(uow, done.detail["was"], by=staff_id)


def call_in_order(uow: UnitOfWork, staff_ids: Sequence[int], *, by: int | None = None) -> None:
    """Emergencies call these people, in this order; nobody else. Raises NotFound for somebody who is not here."""
    everyone = {one.id: one for one in staff.everyone(uow.db)}
    if unknown := [one for one in staff_ids if one not in everyone]:
        raise NotFound(f"There is no member of staff {unknown[0]}.")
    order = list(dict.fromkeys(staff_ids))
    for member_id, member in everyone.items():
        member.on_call = order.index(member_id) + 1 if member_id in order else None
        uow.db.add(member)
    uow.record("on_call_changed", by=by, order=[everyone[one].name for one in order])


def _check(uow: UnitOfWork, wanted: Policy) -> None:
    if wanted.time_zone not in available_timezones():
        raise Refused(f"“{wanted.time_zone}” is no time zone; an example is Europe/Madrid.")
    if wanted.holidays_country and wanted.holidays_country not in holidays.list_supported_countries():
        raise Refused(f"There are no holidays known for “{wanted.holidays_country}”; an example is ES.")
    if not wanted.reference_prefix.isalpha() or not 1 <= len(wanted.reference_prefix) <= 6:
        raise Refused("The reference prefix has one to six letters.")
    numbers = (*wanted.next_news_minutes.values(), wanted.confirm_minutes, wanted.propose_bug_customers)
    if min(numbers) < 1 or not 0 <= wanted.grouping_minutes <= 1440:
        raise Refused("Minutes and numbers of customers must be above zero; the grouping window is a day at the most.")
    if not (0 <= wanted.bitter_in_a_row <= 50 and 1 <= wanted.rotation_days <= 90):
        raise Refused("A turn lasts 1 to 90 days; the limit of bitter conversations is 50 at the most, 0 for none.")
    here = {one.id for one in staff.everyone(uow.db)}
    if any(one not in here for one in (*wanted.rotation, *wanted.rotation_swaps.values())):
        raise NotFound("Somebody in the rotation is not on the team.")
    if not 0 <= wanted.silence_days <= 60:
        raise Refused("A customer goes without a word for 60 business days at the most; 0 is for no limit.")
    if not 0 <= wanted.undo_seconds <= 120:
        raise Refused("A reply waits at most two minutes before it goes out.")
    if not (0 <= wanted.digest_weekday <= 6 and 0 <= wanted.digest_hour <= 23):
        raise Refused("The digest comes on a weekday from 0 (Monday) to 6, at an hour from 0 to 23.")
    try:
        business_hours.parse(
            wanted.time_zone, wanted.opening, closed=frozenset(wanted.closed), country=wanted.holidays_country
        )
    except ValueError as error:
        raise Refused(f"The opening hours cannot be read: {error}. An example: Mon-Fri 09:00-18:00.") from None
