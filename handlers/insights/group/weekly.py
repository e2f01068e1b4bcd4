"""Weekly: all complaints are grouped again from where they stand. What people said of themes stands; what changed can be read."""

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from handlers import naming
from handlers.analysis.meaning import joined, memory
from handlers.analysis.meaning.glossary import Glossary
from handlers.analysis.meaning.memory import Memory, Rows
from handlers.analysis.meaning.voting import Neighbour
from handlers.analysis.telling import weeks
from handlers.analysis.theming import calibration
from handlers.analysis.theming import regroup as again
from handlers.analysis.theming.graph import Numbers
from handlers.analysis.theming.regroup import Change, Edits
from handlers.insights.group import meaning, standing
from handlers.insights.group.joining import NEIGHBOURS, REQUEST
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from storage.database import one_at_a_time
from storage.desk import tickets
from storage.insights import edits, themes
from storage.insights.themes import Theme

MOST = 100_000
"""So many of the newest complaints are looked at; older ones stay where they are."""
LEAST = 5
"""Fewer say nothing."""
PLACED_AT_ONCE = 300
"""So many themes without an area are given one, where their words name one."""

ENTITLED_AT_ONCE = 40
"""So many of the largest themes are named again, by a model where there is one, where they want a name."""


class Asked(NamedTuple):
    """What is grouped: a row, a theme, a customer, whether it is a wish and in which week it came for each ticket, and what people
    said.
    """

    tickets: list[int]
    rows: Rows
    themes: Numbers
    customers: list[int | None]
    wishes: list[bool]
    weeks: Numbers
    edits: Edits
    unrelated: Rows | None
    resolution: float | None
    glossary: Glossary


class Settled(NamedTuple):
    """What came of it: the theme of each ticket (new ones numbered on), what changed, and what stands from now on."""

    tickets: list[int]
    before: Numbers
    after: Numbers
    change: Change
    resolution: float | None
    enough: float | None


def due(uow: UnitOfWork) -> str | None:
    """The week that is over and was not looked at yet, if enough was told before its end and one embedder read all of it."""
    last = weeks.containing(uow.now(), uow.policy.time_zone).later(-1)
    if str(standing.read(uow).get("week", "")) >= last.name or meaning.is_stale(uow):
        return None
    return last.name if themes.told(uow.db, last.until, LEAST) == LEAST else None


def question(uow: UnitOfWork, week: str | None = None, resolution: float | None = None) -> Asked | None:
    """Everything that is grouped, read at once. None for a week that was looked at, and for too little to say anything.

    `resolution`: another fineness than the one that stands, for a preview.
    """
    if week is not None and str(standing.read(uow).get("week", "")) >= week:
        return None
    told = themes.grouped(uow.db, uow.meant_by, MOST)
    width = max((len(one.numbers) for one in told), default=0)
    told = [one for one in told if len(one.numbers) == width]
    if len(told) < LEAST:
        return None
    pinned, zone = edits.pinned(uow.db), uow.policy.time_zone
    ours = Edits(
        np.array([one.ticket_id in pinned for one in told]),
        frozenset(frozenset(pair) for pair in edits.differences(uow.db)),
        frozenset(one.id or 0 for one in themes.living(uow.db) if one.named_by == "person"),
    )
    return Asked(
        [one.ticket_id for one in told],
        np.frombuffer(b"".join(one.numbers for one in told), dtype=np.float32).reshape(len(told), -1),
        np.array([one.theme_id for one in told], dtype=np.int64),
        [one.customer_id for one in told],
        [one.kind == REQUEST for one in told],
        np.array([weeks.containing(one.opened_at, zone).monday.toordinal() for one in told], dtype=np.int64),
        ours,
        None if uow.embedder_outside else joined.meanings(uow.embedder, list(memory.unrelated()), uow.glossary),
        resolution or standing.read(uow).get("resolution"),
        uow.glossary,
    )


def regroup(outside: Outside, asked: Asked) -> Settled:
    """Group it. No transaction is open: this may take its time."""
    if asked.unrelated is None:
        assert outside.embedder is not None
        asked = asked._replace(unrelated=joined.meanings(outside.embedder, list(memory.unrelated()), asked.glossary))
    assert asked.unrelated is not None
    fine = asked.resolution or again.fineness(asked.rows)
    found = again.regroup(asked.rows, asked.unrelated, asked.themes, fine, asked.edits, asked.weeks)
    return Settled(
        asked.tickets, asked.themes, found, again.changes(found, asked.themes), fine, _enough(asked, found.tolist())
    )


def settle(uow: UnitOfWork, week: str | None, settled: Settled | None) -> dict[str, int]:
    """Make it so, once a week: tickets that somebody moved meanwhile stay where they are. How much changed."""
    one_at_a_time(uow.db, "themes")
    if week is not None and str(standing.read(uow).get("week", "")) >= week:
        return {}
    if settled is None:
        standing.keep(uow, week=week)
        return {}
    change = settled.change
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for ticket, before, after in zip(settled.tickets, settled.before.tolist(), settled.after.tolist(), strict=True):
        if before != after:
            groups[before, after].append(ticket)
    ids = {new: _born(uow, settled, new) for new in (*change.split, *change.started)}
    for (before, after), some in sorted(
        groups.items(), key=lambda one: (change.merged.get(one[0][0]) == one[0][1], one)
    ):
        _go(uow, change, before, after, ids.get(after, after), some)
    for theme, into in sorted(change.merged.items()):
        _end(uow, theme, ids.get(into, into))
    for one in themes.without_area(uow.db, PLACED_AT_ONCE):
        one.area = naming.area(uow, tickets.of_theme(uow.db, one.id or 0, naming.MOST))
    for large in _largest(uow, ENTITLED_AT_ONCE):
        _rename(uow, large)
        naming.ask_later(uow, large)
    counted = {
        "merged": len(change.merged), "split": len(change.split), "started": len(change.started), "moved": len(change.moved)
    }  # fmt: skip
    standing.keep(uow, resolution=settled.resolution, enough=settled.enough, **({"week": week} if week else {}))
    uow.record("themes_regrouped", week=week, tickets=len(settled.tickets), **counted)
    return counted


def _rename(uow: UnitOfWork, theme_id: int) -> None:
    """A machine's name that does not say any more what the theme is about gives way to one that does."""
    theme = themes.alive(uow.db, theme_id)
    found = naming.better(uow, theme) if theme else None
    if theme and found:
        uow.record("theme_named", theme_id=theme_id, theme=theme_id, before=theme.name, after=found)
        theme.name = found


def _largest(uow: UnitOfWork, most: int) -> list[int]:
    sizes = themes.sizes(uow.db)
    return sorted(sizes, key=lambda one: (-sizes[one], one))[:most]


def _enough(asked: Asked, found: list[int]) -> float | None:
    """How near is near enough, by the very likeness that a newcomer is judged by."""
    known, unrelated = Memory(), np.asarray(asked.unrelated, dtype=np.float32)
    known.begin("calibration", lambda: unrelated)
    known.keep(range(len(found)), asked.rows)

    def ask(row: int, many: int) -> list[tuple[int, Neighbour]]:
        near = known.near(asked.rows[row], many + 1)
        return [
            (
                other,
                Neighbour(
                    likeness,
                    found[other],
                    same_customer=asked.customers[row] is not None and asked.customers[row] == asked.customers[other],
                    same_family=asked.wishes[row] == asked.wishes[other],
                ),
            )
            for other, likeness in zip(near.ids, near.likeness, strict=True)
            if other != row
        ]

    return calibration.enough(found, ask, NEIGHBOURS)


def _born(uow: UnitOfWork, settled: Settled, number: int) -> int:
    """A new theme, named by what it tells. Its id."""
    theirs = [settled.tickets[place] for place in np.flatnonzero(settled.after == number).tolist()]
    told = tickets.by_ids(uow.db, theirs[-naming.MOST :])
    theme = Theme(
        name=naming.name(uow, told, themes.names(uow.db)),
        kind=naming.kind(told),
        language=told[0].language,
        area=naming.area(uow, told),
        created_at=uow.now(),
    )
    themes.add(uow.db, theme)
    uow.record("theme_started", theme_id=theme.id, theme=theme.id, called=theme.name)
    return theme.id or 0


def _go(uow: UnitOfWork, change: Change, before: int, after: int, into: int, some: list[int]) -> None:
    """Tickets go from a theme to another; told as a merger, a split, or one by one."""
    if themes.alive(uow.db, into) is None or themes.alive(uow.db, before) is None:
        return  # a person merged one of them meanwhile
    went = themes.hand_over(uow.db, some, before, into)
    if change.merged.get(before) == after and not themes.tickets_of(uow.db, before):
        followers = themes.merged_into(uow.db, before)
        uow.record(
            "theme_merged",
            theme_id=into,
            theme=before,
            into=into,
            tickets=went,
            followers=[one.id for one in followers],
        )
    elif after in (change.merged.get(before), *(new for new, old in change.split.items() if old == before)):
        uow.record("theme_split", theme_id=before, theme=before, into=into, tickets=went)
    else:
        for ticket in went:
            uow.record("theme_moved", ticket, theme_id=into, before=before, after=into)


def _end(uow: UnitOfWork, theme_id: int, into: int) -> None:
    """A theme that has nobody left has become part of another; one that somebody joined meanwhile lives on."""
    theme = themes.alive(uow.db, theme_id)
    if theme is None or themes.alive(uow.db, into) is None or themes.tickets_of(uow.db, theme_id):
        return
    for one in (theme, *themes.merged_into(uow.db, theme_id)):
        one.merged_into = into
        uow.db.add(one)
