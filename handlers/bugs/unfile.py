"""Unfile: a bug that somebody filed by mistake is only proposed again, a ticket is off the bug it was put on by mistake; exactly."""

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from prompts.report import bug as words
from storage.database import one_at_a_time
from storage.desk import history, standing, tickets
from storage.insights import bugs, evidence
from storage.insights.bugs import Bug


def unfile(uow: UnitOfWork, bug_id: int, staff_id: int) -> None:
    """What `staff_id` just filed waits as a proposal, with its words; its tickets stand as before.

    Raises NotFound where there is nothing of theirs to take back, Refused where the tracker has it already or it is too late.
    """
    one_at_a_time(uow.db, f"bug-{bug_id}")
    bug = uow.db.get(Bug, bug_id)
    filed = history.last_of(uow.db, "bug_filed", staff_id)
    if bug is None or filed is None or filed.detail.get("bug") != bug_id or bug.state != "new":
        raise NotFound("There is nothing to take back.")
    uow.db.refresh(bug)
    uow.still_taken_back(filed.at)
    if bug.tracker != "local" and (bug.attempts or bug.external_key):
        raise Refused("The tracker has it already; say there or here that it is declined.")
    bug.state, bug.filed_by, bug.filed_at, bug.file_at = "proposed", None, None, None
    bug.external_key, bug.url, bug.changed_at = None, None, uow.now()
    uow.db.add(bug)
    for ticket_id, state in filed.detail.get("tickets", {}).items():
        ticket = uow.ticket(int(ticket_id))
        if ticket.bug_id == bug_id and ticket.state == "engineering":
            ticket.state = state
            uow.db.add(ticket)
            uow.record("undone", ticket.id, by=staff_id, event=filed.id, what="bug_filed")
            uow.enqueue_card(ticket.id or 0)
    uow.record("bug_unfiled", by=staff_id, bug=bug_id)


def relink(uow: UnitOfWork, ticket_id: int, staff_id: int) -> None:
    """What `staff_id` just did with the bug of a ticket, linking it or taking it off, is as it was. Raises NotFound, Refused."""
    tickets.hold(uow.db, ticket_id)
    ticket, happened = uow.ticket(ticket_id), history.of_ticket(uow.db, ticket_id)
    done = next((one for one in reversed(happened) if one.name in ("bug_linked", "bug_unlinked")), None)
    if done is None or done.by != staff_id or not isinstance(done.detail.get("before"), dict):
        raise NotFound("There is nothing to take back.")
    uow.still_taken_back(done.at)
    after = [one for one in happened if (one.id or 0) > (done.id or 0)]
    if any(one.name == "undone" and one.detail.get("event") == done.id for one in after):
        return
    if any(one.by and one.name != "with_engineers" for one in after):
        raise Refused("Something else has happened since; taking this back would take that back as well.")
    uow.db.refresh(ticket)
    concerned = {ticket.bug_id, done.detail["before"].get("bug_id")} - {None}
    standing.restore(ticket, done.detail["before"])
    uow.db.add(ticket)
    uow.db.flush()
    for bug_id in concerned:
        bug = bugs.get(uow.db, bug_id or 0)
        bug.affected = words.affected(evidence.affected(uow.db, bug_id or 0), named=uow.policy.name_customers_in_bugs)
        uow.db.add(bug)
        uow.enqueue("bug_changed", f"bug-changed-{bug_id}-relinked-{ticket_id}-{uow.now().timestamp()}", bug_id)
    uow.record("undone", ticket_id, by=staff_id, event=done.id, what=done.name)
    uow.enqueue_card(ticket_id)
