"""What staff read of service levels: what is owed, what will be missed, what was and why."""

from datetime import datetime
from zoneinfo import ZoneInfo

from prompts.markup import one_line, slack_line, slack_link

GOALS = {"first": "First answer", "next": "Next answer", "resolution": "Resolution"}
UNKNOWN_CUSTOMER = "Somebody we do not know yet"
SOME_CUSTOMER = "a customer"
NOBODY = "Nobody"
HELD = "{who} had it and had not answered."
UNCLAIMED = "Nobody had claimed it."
ASLEEP = "It was snoozed. {who} had it."
ENGINEERING = "It waited for engineering."


def told(goal: str, step: str, reference: str, url: str, customer: str, due_at: datetime, why: str) -> str:
    """A message to who can still give it, or to the next on the ladder, as mrkdwn. `step`: warned, missed, rung-1 …"""
    what = GOALS.get(goal, goal)
    ticket = f"{slack_link(url, reference)} of {slack_line(customer, 80)}"
    at = f"<!date^{int(due_at.timestamp())}^{{date_short_pretty}} {{time}}|{due_at:%Y-%m-%d %H:%M} UTC>"
    if step == "warned":
        return f":hourglass: *{what}* for {ticket} is due {at}."
    mark = ":warning:" if step == "missed" else ":rotating_light:"
    return f"{mark} *{what}* for {ticket} was due {at} and is still owed. {slack_line(why)}".strip()


def told_plainly(
    goal: str, step: str, reference: str, url: str, customer: str, due_at: datetime, why: str, zone: ZoneInfo
) -> str:
    """The same for a mail or a webhook: a line that says it all, then the rest."""
    what, local = GOALS.get(goal, goal), due_at.astimezone(zone)
    at = f"{local.day} {local:%b %Y, %H:%M %Z}"
    due = f"is due {at}" if step == "warned" else f"was due {at} and is still owed"
    return "\n".join(filter(None, (f"{reference}: {what.lower()} {due}", f"To {one_line(customer, 80)}.", why, url)))


WAYS = {"straight": "Straight through", "mention": "Mentioned by a customer", "tracker": "Asked in the tracker"}
"""How an interruption of an engineer got through."""
CLOSE = {
    "straight": "An emergency: meant to get through. If it was none, say so on its ticket, and the next one like it stays here.",
    "mention": "A customer called them by name. Answer as the listener, and take engineers out of channels shared with customers.",
    "tracker": "We wrote on their bug. What can wait belongs in the weekly digest.",
}
"""What can be done about it."""
