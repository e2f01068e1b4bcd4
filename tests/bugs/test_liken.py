"""What a report may be, of our bugs and the tracker's issues; what people say counts."""

from datetime import timedelta

import numpy as np
import pytest

from handlers.analysis.telling import asides, nearest
from handlers.bugs import file, judge, liken
from handlers.errors import NotFound
from storage.insights import comments, hearsay, judgements
from storage.insights.hearsay import TrackerIssue
from tests.bugs.conftest import Board, House


def known(house: House, key: str, title: str, state: str = "new", days: int = 0) -> int:
    with house.work() as uow:
        hearsay.remember(
            uow.db,
            TrackerIssue(
                tracker="jira", external_id=key, key=key, title=title, state=state, url=f"https://jira.example/{key}",
                changed_at=uow.now() - timedelta(days=days),
            ),
        )  # fmt: skip
        found = hearsay.issue(uow.db, "jira", key)
        assert found is not None
        return found.id or 0


def test_the_trackers_issues_are_candidates_and_adopted_once(outdoors: House, board: Board) -> None:
    issue = known(outdoors, "PROD-70", "CSV export hangs near the end of large reports")
    known(outdoors, "PROD-71", "Invoice shows the wrong tax rate")
    known(outdoors, "PROD-72", "CSV export hangs", state="fixed", days=200)
    ticket_id = outdoors.told(0, theme_id=None)
    near = outdoors.does(liken.nearest_to, ticket_id)
    assert [one["key"] for one in near] == ["PROD-70", "PROD-71"], "closed long ago it is none"
    assert near[0]["issue_id"] == issue
    assert "export" in near[0]["why"]
    bug_id = outdoors.does(judge.adopt, issue, outdoors.ines)
    assert outdoors.does(judge.adopt, issue, outdoors.ines) == bug_id
    outdoors.does(file.link, ticket_id, bug_id, outdoors.ines)
    outdoors.does(judge.confirm, ticket_id, f"issue:{issue}", near[0]["likeness"], outdoors.ines)
    assert outdoors.ticket(ticket_id).state == "engineering"
    assert board.kept == {}, "nothing is filed"
    again = outdoors.does(liken.nearest_to, ticket_id)
    assert [one["bug_id"] for one in again if one["key"] == "PROD-70"] == [bug_id]
    with pytest.raises(NotFound):
        outdoors.does(judge.adopt, 999, outdoors.ines)


def test_what_people_said_of_such_a_likeness_is_shown(house: House) -> None:
    first = house.proposed(0, 1)
    ticket_id = house.told(3, theme_id=None)
    likeness = house.does(liken.nearest_to, ticket_id)[0]["likeness"]
    for same in (True, True, True, False, True):
        shown = {f"bug:{first}": likeness}
        if same:
            house.does(judge.confirm, ticket_id, f"bug:{first}", likeness, house.ines)
        else:
            house.does(judge.refuse, ticket_id, shown, house.ines)
    assert "people said yes to 4 of 5" in house.does(liken.nearest_to, ticket_id)[0]["why"]
    with house.work() as uow:
        assert len(judgements.told(uow.db)) == 5


def test_engineers_get_a_comment_only_when_something_new_is_known(outdoors: House, board: Board) -> None:
    bug_id = outdoors.proposed(0, 2)
    outdoors.does(file.file_now, bug_id, outdoors.ines)
    outdoors.proposed(3)
    assert board.written == {}
    outdoors.proposed(1, severity=1)
    (said,) = board.written.values()
    assert "severity 1 instead of 2" in said
    assert "Chrome 120" in said
    outdoors.proposed(1, severity=1)
    assert len(board.written) == 1
    with outdoors.work() as uow:
        assert [one.state for one in comments.of_bug(uow.db, bug_id)] == ["sent"]


def test_two_rankings_are_made_one() -> None:
    words, meaning = np.array([0.9, 0.1, 0.5], np.float32), np.array([0.2, 0.1, 0.9], np.float32)
    assert nearest.fused(words, meaning)[-1] == 1
    assert [nearest.priority(3, *whom) for whom in ((1, 0.0), (3, 0.0), (1, 60_000.0), (9, 0.0))] == [3, 2, 2, 1]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("customer: use XLSX", "workaround"),
        ("Customer: workaround: use XLSX", "workaround"),
        ("customer: 2026-12-24", "expected"),
        ("Looked at it.\ncustomer: expected: on 2026-12-24", "expected"),
        ("customer: Which version?", "question"),
        ("customer: reason: it would slow exports down", "reason"),
        ("customer: expected: soon", None),
        ("customer:", None),
        ("our customer: angry", None),
    ],
)
def test_what_is_meant_for_customers(said: str, kind: str | None) -> None:
    aside = asides.read(said, "customer:")
    assert (aside.kind if aside else None) == kind
