"""Sign in and out: a one-time link becomes a session of a browser."""

from datetime import timedelta

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import access, staff

LINK_HOURS = 24
SESSION_DAYS = 14


def invite(uow: UnitOfWork, email: str) -> str:
    """The path of a new link that signs this member of staff in once, within a day. Raises NotFound for a stranger."""
    member = staff.by_email(uow.db, email)
    if member is None or member.id is None or not member.active:
        raise NotFound(f"There is nobody on the team with the address {email}.")
    secret = access.grant(uow.db, "link", member.id, uow.now() + timedelta(hours=LINK_HOURS))
    return f"/sign-in/{secret}"


def enter(uow: UnitOfWork, secret: str) -> str:
    """The session's secret for a link that was still unused. Raises Refused if it was used or is too old."""
    staff_id = access.use_link(uow.db, secret, uow.now())
    if staff_id is None or not staff.get(uow.db, staff_id).active:
        raise Refused("This link was used already or is too old.")
    session = access.grant(uow.db, "session", staff_id, uow.now() + timedelta(days=SESSION_DAYS))
    uow.record("signed_in", by=staff_id)
    return session


def enter_with_slack(uow: UnitOfWork, team: str, user: str, email: str | None) -> str:
    """The session's secret for who Slack says it is: known by their Slack id, or by a verified address in a workspace of ours.

    Raises Refused for anybody else: elsewhere others decide what a profile says.
    """
    member = staff.by_slack_id(uow.db, f"{team}/{user}")
    if member is None and email and team in _home_teams(uow):
        member = staff.by_email(uow.db, email)
        if member is not None and member.slack_id is None:
            member.slack_id = f"{team}/{user}"
            uow.db.add(member)
    if member is None or member.id is None or not member.active:
        raise Refused("Slack knows you, but you are not on this team. Ask an admin to add you.")
    session = access.grant(uow.db, "session", member.id, uow.now() + timedelta(days=SESSION_DAYS))
    uow.record("signed_in", by=member.id, how="slack")
    return session


def _home_teams(uow: UnitOfWork) -> set[str]:
    """Our workspaces: those of the policy, and those in which our own channels are."""
    own = [place.removeprefix("slack:").rpartition("/")[0] for place in (uow.desk_place, uow.digest_place) if place]
    return {*uow.policy.home_teams, *own} - {""}


def leave(uow: UnitOfWork, session: str) -> None:
    """Sign out: the session holds no more."""
    access.end_session(uow.db, session, uow.now())
