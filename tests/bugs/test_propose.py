from concurrent.futures import ThreadPoolExecutor
from typing import Any

from handlers.bugs import file, follow, liken, phrase, propose
from handlers.errors import Refused, Unavailable
from handlers.outside import Outside
from prompts.ask.bug import BugAnswer, Sources
from storage.desk import history, tickets
from storage.insights import bugs, themes
from storage.routing import policy
from tests.bugs.conftest import REPORTS, House


def test_eleven_customers_in_three_languages_are_one_proposal(either_house: House) -> None:
    bug_id = either_house.proposed(*range(11))
    (bug,) = either_house.bugs()
    assert (bug.id, bug.state, bug.theme_id) == (bug_id, "proposed", either_house.theme)
    assert len(either_house.linked(bug_id)) == 11
    assert bug.affected == "11 customers, €110,000 of contract value a year."
    assert 5 < len(bug.title) < 80
    assert bug.happens
    assert len(bug.quotes) <= 3


def test_a_single_customer_is_not_enough_unless_it_is_severe(house: House) -> None:
    assert house.does(propose.propose, house.told(0)) is None
    assert house.does(propose.propose, house.told(0)) is None, "the same customer twice is one customer"
    assert house.does(propose.propose, house.told(0, severity=1)) is not None


def test_the_threshold_is_the_policys(house: House) -> None:
    with house.work() as uow:
        policy.save(uow.db, policy.Policy(propose_bug_customers=3))
    assert [house.does(propose.propose, house.told(number)) for number in (0, 1)] == [None, None]
    assert house.does(propose.propose, house.told(2)) is not None


def test_what_is_no_defect_is_not_proposed(house: House) -> None:
    with house.work() as uow:
        themes.get(uow.db, house.theme).kind = "feature_request"
    assert [house.does(propose.propose, house.told(number)) for number in range(4)] == [None] * 4
    assert house.does(propose.propose, house.told(5, theme_id=None)) is None


def test_called_again_nothing_changes(house: House) -> None:
    bug_id = house.proposed(0, 1)
    before = house.bug(bug_id)
    for ticket_id in house.linked(bug_id):
        assert house.does(propose.propose, ticket_id) == bug_id
    assert house.bug(bug_id) == before


def test_proposed_at_once_by_many_it_is_one_bug(either_house: House) -> None:
    told = [either_house.told(number) for number in range(8)]

    def once(ticket_id: int) -> int | None:
        with either_house.work() as uow:
            return propose.propose(uow, ticket_id)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(once, told))
    (bug,) = either_house.bugs()
    assert set(found) == {bug.id}
    assert len(either_house.linked(bug.id or 0)) == 8
    assert bug.affected.startswith("8 customers")


def test_nobodys_name_and_no_personal_detail_is_in_the_bug(house: House) -> None:
    told = [
        (0, "Harborline here: the export hangs. Derek Pyle, derek@harborline.example"),
        (1, "At Brightleaf Clinics the export hangs when Jocelyn exports. Inés knows about it."),
        (2, REPORTS[2][4]),
        (4, REPORTS[4][4]),
        (9, REPORTS[9][4]),
    ]
    for number, text in told:
        house.does(propose.propose, house.told(number, text))
    (bug,) = house.bugs()
    text = "\n".join([bug.title, bug.happens, bug.steps, bug.environment, bug.affected, *bug.quotes]).lower()
    names = [
        "harborline",
        "brightleaf",
        "north fell",
        "vindeby",
        "星空トラベル",
        "derek",
        "pyle",
        "jocelyn",
        "inés",
        "sade",
        "大西",
    ]
    assert [name for name in [*names, "@", "20 12 34"] if name in text] == []


def test_customers_are_named_where_the_policy_says_so(house: House) -> None:
    with house.work() as uow:
        policy.save(uow.db, policy.Policy(name_customers_in_bugs=True))
    bug = house.bug(house.proposed(0, 5))
    assert bug.affected.endswith("Casa Noria Hoteles, Harborline Freight Ltd.")


def test_later_reports_join_the_bug_and_are_counted(house: House) -> None:
    bug_id = house.proposed(0, 1)
    house.does(file.file_now, bug_id, house.ines)
    late = house.told(5)
    assert house.does(propose.propose, late) == bug_id
    assert house.bug(bug_id).affected.startswith("3 customers, €30,000")
    assert house.ticket(late).origins["bug"] == "rules"
    assert house.ticket(late).state == "open", "nobody has looked at it yet"


def test_a_report_soon_after_the_fix_belongs_to_it_and_one_long_after_starts_anew(house: House) -> None:
    first = house.proposed(0, 1)
    house.does(file.file_now, first, house.ines)
    house.does(follow.changed, first, "fixed")
    house.clock.forward(days=10)
    assert house.does(propose.propose, house.told(2)) == first
    house.clock.forward(days=40)
    assert house.does(propose.propose, house.told(3)) is None
    second = house.proposed(5)
    assert second != first
    assert len(house.linked(second)) == 2


def test_a_proposal_that_was_refused_does_not_come_back_the_next_day(house: House) -> None:
    bug_id = house.proposed(0, 1)
    house.does(follow.changed, bug_id, "declined", by=house.ines)
    assert house.linked(bug_id) == []
    house.clock.forward(days=1)
    assert [house.does(propose.propose, house.told(number)) for number in (2, 3, 4)] == [None] * 3
    assert len(house.bugs()) == 1


def test_a_ticket_that_leaves_its_theme_leaves_the_bug(house: House) -> None:
    bug_id = house.proposed(0, 1, 2)
    moved, kept, _ = house.linked(bug_id)
    house.does(file.link, kept, bug_id, house.ines)
    for ticket_id in (moved, kept):
        with house.work() as uow:
            tickets.get(uow.db, ticket_id).theme_id = None
    assert house.does(propose.propose, moved) is None
    assert house.does(propose.propose, kept) == bug_id, "a person's word stays"
    assert house.bug(bug_id).affected.startswith("2 customers")


def test_a_person_who_files_sees_the_bugs_that_it_could_be_and_a_text_to_edit(house: House) -> None:
    bug_id = house.proposed(0, 1)
    with house.work() as uow:
        bugs.add(uow.db, bugs.Bug(title="Invoice shows the wrong tax", created_at=uow.now(), changed_at=uow.now()))
    alone = house.told(3, "The CSV export hangs at 90 % for our large report", theme_id=None)
    shown = house.does(propose.draft_for, alone)
    near = house.does(liken.nearest_to, alone)
    assert near[0]["bug_id"] == bug_id
    assert near[0]["likeness"] > near[1]["likeness"]
    assert "export" in near[0]["why"]
    assert shown["title"] == "The CSV export hangs at 90 % for our large report"
    assert shown["bug_id"] is None
    assert house.does(propose.draft_for, house.linked(bug_id)[0])["bug_id"] == bug_id


def test_the_title_is_the_themes_name_where_that_says_what_is_wrong(house: House) -> None:
    for name, by, expected in (
        ("Export: never finishes", "machine", "Export: never finishes"),
        ("Large exports stop near the end", "person", "Large exports stop near the end"),
        ("Export: 25 min and counting", "machine", "Export of the monthly report stops at 90 percent in Chrome 120"),
    ):
        with house.work() as uow:
            theme = themes.get(uow.db, house.theme)
            theme.name, theme.named_by = name, by
        house.told(1)
        told = house.told(0, "25 min and counting")
        assert house.does(propose.draft_for, told)["title"] == expected


def test_steps_and_environment_are_what_was_told(house: House) -> None:
    house.told(0, "The export hangs.\n1. Open the monthly report\n2. Choose CSV\n3. Press export")
    bug = house.bug(house.proposed(1))
    assert bug.steps == "1. Open the monthly report\n2. Choose CSV\n3. Press export"
    assert bug.environment == "Chrome 120"


EVERY = Sources(happens=[1, 2, 3, 4], expected=[1], steps=[1, 2], environment=[1, 2, 3])


class Writer:
    """A model that answers what it was given, or fails."""

    def __init__(self, answer: BugAnswer | Exception) -> None:
        self.said, self.asked = answer, ""

    def answer(self, shape: Any, system: str, user: str) -> Any:
        self.asked = user
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def worded(house: House, bug_id: int, writer: Writer) -> None:
    asked = house.does(phrase.question, bug_id)
    house.does(phrase.phrase, bug_id, phrase.consult(Outside(model=writer), asked))


def test_the_model_words_a_proposal_and_is_shown_no_name(house: House) -> None:
    bug_id = house.proposed(0, 1, 2, 4)
    answer = BugAnswer(
        title="CSV export stops at 90 % for Harborline Freight", happens="It stops.", expected="It ends.",
        steps=["Open", "Export"], environment="Chrome", sources=EVERY,
    )  # fmt: skip
    writer = Writer(answer)
    worded(house, bug_id, writer)
    assert not [name for name in ("North Fell", "Sade", "Vindeby", "20 12 34") if name in writer.asked]
    bug = house.bug(bug_id)
    assert (bug.origin, bug.expected, bug.steps) == ("llm", "It ends.", "1. Open\n2. Export")
    assert "Harborline" not in bug.title
    assert house.does(phrase.question, bug_id) is None, "asked once"


def test_what_the_model_says_beyond_the_reports_that_it_names_is_left_out_and_the_rest_leads_to_its_tickets(
    house: House,
) -> None:
    bug_id = house.proposed(0, 1)
    before, (first, second) = house.bug(bug_id), house.linked(bug_id)[::-1]
    named = Sources(happens=[1, 2, 9], expected=[], steps=[1], environment=[1, 2])
    answer = BugAnswer(
        title="Export stops at 97 % since version 4.1", happens="The CSV export stops at 90 %.", expected="It ends.",
        steps=["Choose “Export all”"], environment="Chrome 120, Safari", sources=named,
    )  # fmt: skip
    asked = house.does(phrase.question, bug_id)
    assert asked["told"] == [second, first] or asked["told"] == [first, second]
    assert house.does(phrase.phrase, bug_id, phrase.consult(Outside(model=Writer(answer)), asked))
    bug = house.bug(bug_id)
    assert bug.happens == "The CSV export stops at 90 %."
    assert (bug.title, bug.steps, bug.environment) == (before.title, before.steps, before.environment)
    assert bug.expected == before.expected == "", "no report was named for it"
    assert house.does(phrase.sources, bug_id) == {"happens": asked["told"]}
    with house.work() as uow:
        (event,) = history.named(uow.db, "bug_phrased")
    assert event.detail["refused"] == {
        "title": "97", "expected": "no report says it", "steps": "Export all", "environment": "Safari",
    }  # fmt: skip


def test_an_answer_of_which_nothing_is_in_the_reports_changes_nothing(house: House) -> None:
    bug_id = house.proposed(0, 1)
    before = house.bug(bug_id)
    nowhere = Sources(happens=[], expected=[], steps=[], environment=[])
    answer = BugAnswer(title="Export", happens="x", expected="", steps=[], environment="", sources=nowhere)
    worded(house, bug_id, Writer(answer))
    assert (house.bug(bug_id).origin, house.bug(bug_id).title) == ("rules", before.title)


def test_without_an_answer_the_templates_text_stands(house: House) -> None:
    bug_id = house.proposed(0, 1)
    before = house.bug(bug_id)
    for failure in (Unavailable("down"), Refused("nonsense")):
        worded(house, bug_id, Writer(failure))
    assert house.bug(bug_id) == before


def test_a_text_that_a_person_has_filed_is_not_worded_over(house: House) -> None:
    bug_id = house.proposed(0, 1)
    asked = house.does(phrase.question, bug_id)
    house.does(file.file_now, bug_id, house.ines, {"title": "Export hangs"})
    answer = BugAnswer(title="Other", happens="x", expected="", steps=[], environment="", sources=EVERY)
    outcome = phrase.consult(Outside(model=Writer(answer)), asked)
    assert house.does(phrase.phrase, bug_id, outcome) is False
    assert house.bug(bug_id).title == "Export hangs"
