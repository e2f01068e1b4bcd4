from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from handlers.bugs import file, follow, propose, remark, tell
from handlers.desk import reply, resolve, snooze
from handlers.errors import Changed, NotFound, Refused
from storage.accounts import people
from storage.accounts.people import Person
from storage.desk import deliveries, drafts, history
from storage.insights import comments
from tests.bugs.conftest import House, Line


def filed(house: House, *numbers: int) -> int:
    bug_id = house.proposed(*numbers)
    house.does(file.file_now, bug_id, house.ines)
    return bug_id


def test_eleven_reports_one_bug_and_the_news_reach_each_customer_in_their_own_thread_and_language_once(
    either_house: House, line: Line
) -> None:
    bug_id = filed(either_house, *range(11))
    assert either_house.does(follow.changed, bug_id, "fixed", version="4.2", by=either_house.marc) == 11
    drafted = either_house.drafts(bug_id)
    assert [one.language for one in drafted] == ["en"] * 5 + ["es"] * 3 + ["ja"] * 3
    assert "fixed in version 4.2" in drafted[0].text
    assert "corregido en la versión 4.2" in drafted[5].text
    assert "バージョン 4.2" in drafted[8].text
    for _ in range(2):
        either_house.does(tell.approve_all, bug_id, either_house.ines)
    assert len(line.said) == 11
    for one in drafted:
        ticket, said = either_house.ticket(one.ticket_id), line.said[f"draft:{one.id}"]
        assert (said.place, said.thread, said.text) == (ticket.place, ticket.thread, one.text)
        assert (said.author, said.audience) == ("Inés", "customer")
        assert ticket.state == "resolved"
    assert either_house.drafts(bug_id) == []


def test_who_told_of_it_in_three_tickets_hears_of_it_once_where_they_wrote_last(
    either_house: House, line: Line
) -> None:
    bug_id = filed(either_house, 0, 0, 1, 0)
    first, second, other, last = either_house.linked(bug_id)
    assert either_house.does(follow.changed, bug_id, "fixed", version="4.2") == 2
    theirs, _ = sorted(either_house.drafts(bug_id), key=lambda one: one.ticket_id != last)
    assert theirs.ticket_id == last
    assert [either_house.ticket(one).state for one in (first, second, last)] == ["engineering", "engineering", "open"]
    with either_house.work() as uow:
        assert [also.id for _, also in drafts.along(uow.db, theirs)] == [first, second]
        assert [one.id for one in drafts.leading(uow.db, uow.ticket(first))] == [last]
        assert drafts.leading(uow.db, uow.ticket(other)) == []
    either_house.does(file.unlink, last, bug_id, either_house.ines)
    moved = next(one for one in either_house.drafts(bug_id) if one.ticket_id != other)
    assert moved.ticket_id == second, "taken off, the news waits in another thread of theirs"
    either_house.does(file.link, last, bug_id, either_house.ines)
    assert len(either_house.drafts(bug_id)) == 2
    either_house.wrote(first, "And it happens on Fridays.", at=either_house.clock() + timedelta(hours=1))
    assert either_house.does(tell.approve_all, bug_id, either_house.ines).held == [moved.id], (
        "they wrote elsewhere since"
    )
    either_house.does(tell.approve, moved.id, either_house.ines, seen=10**6)
    assert len(line.said) == 2
    assert {either_house.ticket(one).state for one in (first, second, last, other)} == {"resolved"}
    either_house.does(follow.draft, bug_id)
    assert either_house.drafts(bug_id) == []
    either_house.does(follow.changed, bug_id, "in_progress")
    assert {either_house.ticket(one).state for one in (first, second, last, other)} == {"open"}
    assert either_house.does(follow.changed, bug_id, "fixed") == 2


def test_two_people_of_a_customer_each_hear_of_it_in_their_own_thread(house: House) -> None:
    bug_id = filed(house, 0, 1)
    with house.work() as uow:
        ticket = uow.ticket(house.linked(bug_id)[0])
        colleague = people.add(uow.db, Person(name="Kim", customer_id=ticket.customer_id, created_at=uow.now())).id
    theirs = written_by(house, colleague)
    house.does(file.link, theirs, bug_id, house.ines)
    assert house.does(follow.changed, bug_id, "fixed") == 3
    nobody = [written_by(house, None) for _ in range(2)]
    for one in nobody:
        house.does(file.link, one, bug_id, house.ines)
    assert len(house.drafts(bug_id)) == 4, "of whom nobody knows the name, the place hears it once"
    sent = next(one for one in house.drafts(bug_id) if one.ticket_id in nobody)
    house.does(tell.discard, sent.id, house.ines)
    house.does(follow.draft, bug_id)
    assert len(house.drafts(bug_id)) == 3, "a no is a no for all of theirs"


def written_by(house: House, person_id: int | None) -> int:
    """A ticket of the first customer, of somebody else who works there."""
    ticket_id = house.told(0, theme_id=None)
    with house.work() as uow:
        uow.ticket(ticket_id).person_id = person_id
    return ticket_id


def test_a_ticket_wakes_with_the_reason_and_a_due_time_whatever_state_it_was_in(house: House) -> None:
    bug_id = filed(house, 0, 1, 2, 3)
    engineering, waiting, asleep, over = house.linked(bug_id)
    with house.work() as uow:
        uow.ticket(waiting).state = "waiting"
        snooze.snooze(uow, asleep, house.ines, uow.now() + timedelta(days=30))
        resolve.resolve(uow, over, house.ines)
    house.does(follow.changed, bug_id, "fixed")
    for ticket_id in (engineering, waiting, asleep):
        ticket = house.ticket(ticket_id)
        assert (ticket.state, ticket.due_reason, ticket.snoozed_until) == ("open", "bug fixed", None)
        assert ticket.due_at is not None
    assert house.ticket(over).state == "resolved", "but its customer hears of it as well"
    assert len(house.drafts(bug_id)) == 4


def test_imported_history_is_evidence_and_is_never_written_to(house: House) -> None:
    bug_id = house.proposed(0, 1, history=True, door="import")
    house.does(propose.propose, house.told(2))
    house.does(file.file_now, bug_id, house.ines)
    assert house.does(follow.changed, bug_id, "fixed") == 1


def test_told_again_nothing_doubles_and_a_release_renews_what_waits(house: House) -> None:
    bug_id = filed(house, 0, 1)
    for _ in range(3):
        assert house.does(follow.changed, bug_id, "fixed") == 2
    sent = house.drafts(bug_id)[0]
    house.does(tell.approve, sent.id, house.ines)
    house.does(follow.changed, bug_id, "released", version="4.2")
    (left,) = house.drafts(bug_id)
    assert "4.2" in left.text
    assert house.bug(bug_id).fixed_at is not None


def test_declined_gets_an_honest_text_and_waits_for_the_customers_word(house: House, line: Line) -> None:
    bug_id = filed(house, 0, 5)
    house.does(follow.changed, bug_id, "declined", reason="It would slow every export down.", workaround="Use XLSX.")
    english, spanish = house.drafts(bug_id)
    assert "decided not to change it. It would slow every export down." in english.text
    assert "Use XLSX." in spanish.text
    house.does(tell.approve, english.id, house.ines)
    assert house.ticket(english.ticket_id).state == "waiting"
    assert len(line.said) == 1


def test_a_proposal_that_is_declined_tells_nobody(house: House) -> None:
    bug_id = house.proposed(0, 1)
    assert house.does(follow.changed, bug_id, "declined", by=house.ines) == 0
    assert house.drafts(bug_id) == []


def test_not_fixed_after_all_withdraws_what_waits_and_brings_up_who_was_told(house: House) -> None:
    bug_id = filed(house, 0, 1)
    house.does(follow.changed, bug_id, "fixed")
    told, waits = house.drafts(bug_id)
    house.does(tell.approve, told.id, house.ines)
    house.does(follow.changed, bug_id, "in_progress")
    assert house.drafts(bug_id) == []
    assert house.bug(bug_id).fixed_at is None
    assert (house.ticket(told.ticket_id).state, house.ticket(told.ticket_id).due_reason) == ("open", "bug open again")
    assert house.ticket(waits.ticket_id).state == "engineering"
    house.does(follow.changed, bug_id, "fixed")
    assert {one.ticket_id for one in house.drafts(bug_id)} == {told.ticket_id, waits.ticket_id}, "it was taken back"


def test_two_people_approve_at_once_and_it_is_sent_once(either_house: House, line: Line) -> None:
    bug_id = filed(either_house, 0, 1)
    either_house.does(follow.changed, bug_id, "fixed")
    draft_id = either_house.drafts(bug_id)[0].id or 0

    def press(staff_id: int) -> int | None:
        with either_house.work() as uow:
            return tell.approve(uow, draft_id, staff_id)

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(press, [either_house.ines, either_house.marc] * 3))
    either_house.does(tell.approve_all, bug_id, either_house.marc)
    assert len(found) == 1
    assert sorted(line.said) == sorted(f"draft:{one.id}" for one in all_drafts(either_house, bug_id))


def all_drafts(house: House, bug_id: int) -> list[drafts.Draft]:
    with house.work() as uow:
        return drafts.of_bug(uow.db, bug_id)


def test_a_person_may_change_the_words(house: House, line: Line) -> None:
    bug_id = filed(house, 0, 1)
    house.does(follow.changed, bug_id, "fixed")
    draft_id = house.drafts(bug_id)[0].id or 0
    for text, said in (("  ", "nothing to send"), ("x" * 12_001, "at most")):
        with pytest.raises(Refused, match=said):
            house.does(tell.approve, draft_id, house.ines, text)
    house.does(tell.approve, draft_id, house.ines, "Derek, it works again.")
    assert line.said[f"draft:{draft_id}"].text == "Derek, it works again."


def test_who_wrote_meanwhile_is_read_before_they_are_told(house: House, line: Line) -> None:
    bug_id = filed(house, 0, 1, 2)
    house.does(follow.changed, bug_id, "fixed")
    wrote, thanked, silent = house.drafts(bug_id)
    house.clock.forward(minutes=5)
    house.wrote(wrote.ticket_id, "It happens with PDF as well!")
    house.wrote(thanked.ticket_id, "thanks", chatter=True)
    told = house.does(tell.approve_all, bug_id, house.ines)
    assert (len(told.sent), told.held) == (2, [wrote.id])
    assert sorted(line.said) == sorted(f"draft:{one.id}" for one in (thanked, silent))
    with pytest.raises(Changed) as stopped:
        house.does(tell.approve, wrote.id, house.ines)
    assert stopped.value.news == ["It happens with PDF as well!"]
    assert house.does(tell.approve, wrote.id, house.ines, seen=stopped.value.seen) is not None


def test_a_discarded_draft_is_not_sent_and_a_sent_one_not_discarded(house: House, line: Line) -> None:
    bug_id = filed(house, 0, 1)
    house.does(follow.changed, bug_id, "fixed")
    one, other = house.drafts(bug_id)
    for _ in range(2):
        house.does(tell.discard, one.id, house.ines)
    with pytest.raises(Refused, match="discarded"):
        house.does(tell.approve, one.id, house.ines)
    house.does(tell.approve, other.id, house.ines)
    with pytest.raises(Refused, match="sent already"):
        house.does(tell.discard, other.id, house.ines)
    with pytest.raises(NotFound):
        house.does(tell.approve, 999, house.ines)
    house.does(follow.changed, bug_id, "released")
    assert house.drafts(bug_id) == [], "a person's no stays"
    assert list(line.said) == [f"draft:{other.id}"]


def test_a_ticket_that_is_put_on_a_fixed_bug_gets_a_draft_and_one_taken_off_loses_it(house: House) -> None:
    bug_id = filed(house, 0, 1)
    house.does(follow.changed, bug_id, "fixed")
    late = house.told(5, theme_id=None)
    house.does(file.link, late, bug_id, house.ines)
    assert late in [one.ticket_id for one in house.drafts(bug_id)]
    house.does(file.unlink, late, bug_id, house.ines)
    assert late not in [one.ticket_id for one in house.drafts(bug_id)]


def test_states_that_make_no_sense_are_refused(house: House) -> None:
    bug_id = house.proposed(0, 1)
    with pytest.raises(Refused, match="file it first"):
        house.does(follow.changed, bug_id, "fixed")
    with pytest.raises(Refused, match="not a state"):
        house.does(follow.changed, bug_id, "banana")
    house.does(file.file_now, bug_id, house.ines)
    with pytest.raises(Refused, match="filed already"):
        house.does(follow.changed, bug_id, "proposed")


def test_comments_are_kept_with_their_author(house: House) -> None:
    bug_id = filed(house, 0, 1)
    house.does(remark.comment, bug_id, "Seen in the worker's log.", by=house.marc)
    house.does(remark.comment, bug_id, "Same here.", author="Kim (Jira)")
    with pytest.raises(Refused, match="empty"):
        house.does(remark.comment, bug_id, "  ", by=house.marc)
    with house.work() as uow:
        assert [(one.author, one.text) for one in comments.of_bug(uow.db, bug_id)] == [
            ("Marc", "Seen in the worker's log."),
            ("Kim (Jira)", "Same here."),
        ]


def test_a_reply_by_hand_meanwhile_does_not_take_the_ticket_away_from_the_engineers(house: House) -> None:
    bug_id = filed(house, 0, 1)
    ticket_id = house.linked(bug_id)[0]
    with house.work() as uow:
        seen = reply.newest_seen(uow, ticket_id)
    house.does(reply.reply, ticket_id, house.ines, "We are on it.", seen=seen, press="a")
    assert house.ticket(ticket_id).state == "engineering"
    with house.work() as uow:
        names = [one.name for one in history.of_ticket(uow.db, ticket_id)]
        assert {"bug_linked", "with_engineers", "replied"} <= set(names)
        assert deliveries.by_key(uow.db, f"reply:{ticket_id}:a") is not None
