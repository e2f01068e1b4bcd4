"""What staff read of shortcuts, reactions, links and mentions in Slack."""

from prompts.markup import one_line, slack_line, slack_link, slack_text

# Everybody in a workspace can read a shortcut's name, guests too: no word of ours that a customer should not know.
KEEP, LINK = "Add to ticket", "Link to ticket"
KEEP_TITLE, KEEP_LABEL = "Add to ticket", "Only staff read this"
LINK_TITLE = "Link to ticket"
TICKET_LABEL, TICKET_HINT = "Ticket", "Its reference, such as ES-1042"
WHICH = "Say which ticket: its reference, such as ES-1042."
KEPT = "Kept with {reference}, for staff only."
LINKED = "{reference} and this message belong together now."
TICKETS_LINKED = "{reference} and {other} are linked now."
SLACK_MESSAGE = "A message in Slack: {url}"
NOTHING = "There is nothing in this message to keep."
MESSAGE_GONE = "Slack does not show that message to Earshot any more."

STATES = {
    "open": "waiting for us",
    "waiting": "waiting for the customer",
    "engineering": "waiting for engineering",
    "snoozed": "snoozed",
    "resolved": "done",
}


def mentioned(who: str, reference: str, url: str, text: str) -> str:
    """The direct message to a colleague who was called by name in a note, as mrkdwn."""
    said = slack_text(one_line(text, 600))
    return f"{slack_line(who, 60)} mentioned you on {slack_link(url, reference)}:\n> {said}"


def mentioned_plainly(who: str, reference: str, url: str, text: str) -> str:
    """The same as a mail."""
    return f"{one_line(who, 60)} mentioned you on {reference}\n{text[:2000]}\n\n{url}"


def ticket_link(reference: str, state: str, holder: str | None, kind: str) -> str:
    """A ticket under a link to it, for a place where others may read: no customer, no word of theirs."""
    who = f"{slack_line(holder, 60)} has it" if holder else "nobody has it"
    return f"*{slack_line(reference, 40)}* {slack_line(kind, 40)} · {STATES.get(state, state)} · {who}"
