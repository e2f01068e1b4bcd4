"""What staff read in Slack: buttons, headings, modals, and why something was refused.

What is shown in a mrkdwn text goes through `markup.slack_text` or `slack_line` first; plain_text needs nothing.
"""

import re
from datetime import datetime

from prompts.markup import count, one_line, slack_line, slack_link

# Shortcut, App Home and headings
SHORTCUT = "Send to Earshot"
REPORT_SHORTCUT = "Report a bug"
HOME_TITLE = "What is waiting"
HOME_EMPTY = "Nothing is waiting. :leaves:"
HOME_MINE = "Yours"
HOME_LOOK_FIRST = "Look first"
HOME_BUFFER = "Buffer"
HOME_REGULAR = "Regular"
HOME_VIEWS = {
    "buffer": HOME_BUFFER,
    "regular": HOME_REGULAR,
    "mine": HOME_MINE,
    "unclaimed": "Unclaimed",
    "look_first": HOME_LOOK_FIRST,
    "for_us": "Waiting for us",
    "for_customer": "For the customer",
    "for_engineering": "For engineering",
    "snoozed": "Snoozed",
    "done": "Done",
}
HOME_MORE = "{count} more in the console"
HOME_BEFORE = "Before"
HOME_AFTER = "More"
HOME_NOT_STAFF = "Thank you for stopping by. Write to us in our shared channel, and we will answer there."

# Buttons
CLAIM = "Claim"
RELEASE = "Release"
REPLY = "Reply"
NOTE = "Internal note"
SNOOZE = "Snooze"
WAKE = "Wake"
KIND = "Change kind"
FILE_BUG = "File bug"
RESOLVE = "Resolve"
REOPEN = "Reopen"
OPEN = "Open in the console"
CONFIRM_ALERT = "I have it"
DISMISS_ALERT = "Not worth an alert"
ASSIGN_SENDER = "Assign to a customer"
SEND = "Send"
SEND_ANYWAY = "Send anyway"
UNDO = "Take it back"
SAVE = "Save"
CANCEL = "Cancel"

# Modals
REPLY_TITLE = "Reply to the customer"
REPLY_LABEL = "The customer reads this"
REPLY_HINT = "Goes out a few seconds after you press Send; until then you can take it back."
NOTE_TITLE = "Internal note"
NOTE_LABEL = "Only staff read this"
SNOOZE_TITLE = "Snooze"
SNOOZE_LABEL = "Bring it back"
SNOOZE_CHOICES = {60: "in an hour", 240: "in four hours", 1440: "tomorrow", 4320: "in three days", 10080: "in a week"}
SNOOZE_UNTIL = {"reply": "when they write", "bug": "when its bug changes"}
KIND_TITLE = "Change kind"
KIND_LABEL = "What is it mainly?"
SEVERITY_LABEL = "How serious is it for them?"
BUG_TITLE = "File bug"
BUG_LABELS = {
    "title": "Title",
    "happens": "What happens",
    "expected": "What should happen",
    "steps": "Steps, one a line",
    "environment": "Where",
}
REPORT_SEND = "Report"
REPORT_OPENED = "The form is open."
REPORTED = "Thank you. Somebody looks at it and passes it on to the engineers."
A_COLLEAGUE = "A colleague"
BUG_EXISTING = "Is it one of these?"
BUG_NEW = "No, file a new one"
FIXED_TITLE = "Fixed"
FIXED_LABEL = "In which version?"
FIXED_HINT = "Customers are told by the bug, once the listener approves. This is for the next digest."
THANKS_FOR_ANSWER = "Thank you. The next digest knows."
SENDER_TITLE = "Who is this?"
SENDER_LABEL = "Customer"
HAND_IN_TITLE = "Send to Earshot"
HAND_IN_LABEL = "Which customer wrote this?"

KINDS = {
    "bug": "Bug",
    "usability": "Hard to use",
    "feature_request": "Feature request",
    "billing": "Billing",
    "how_to": "How to",
    "praise": "Praise",
    "churn_threat": "May leave",
    "other": "Other",
}
SEVERITIES = {1: "1: they cannot work", 2: "2: serious", 3: "3: normal", 4: "4: nothing to be done"}
EMERGENCIES = {
    "outage": "Outage",
    "data_loss": "Data loss",
    "security": "Security",
    "legal": "Legal threat",
    "danger": "Danger to a person",
}

# Refusals and answers, shown as they are
TAKEN = "Somebody else has taken this one."
NOT_STAFF = "Only our own staff can do this."
NOT_YOURS = "Claim it first."
EMPTY = "Write something first."
TOO_LONG = "That is too long. Please shorten it to {limit} characters."
CUSTOMER_WROTE = "The customer wrote again after you began. Read it before you send:"
ALREADY_RESOLVED = "This one is resolved already."
ALREADY_CONFIRMED = "{name} has confirmed this one already."
GONE = "This one is not there any more."
HANDED_IN = "Thank you. It is in as {reference}."
HANDED_IN_BEFORE = "It is in already, as {reference}."
UNAVAILABLE = "That did not work just now. It will be tried again."
BROKEN = "Something went wrong on our side. It is in the log, and nothing was sent."
HANDED_IN_NOW = "Thank you. It is in."
NOTHING_TO_HAND_IN = "There is nothing in this message that could be handed in."
NO_TICKET = "There is no ticket {reference}."
NO_CUSTOMER = "There is no customer “{key}”."
SENDING = "Your reply goes out in a few seconds."
TAKEN_BACK = "Taken back. Nothing was sent."
NOTED = "Your note is kept. Only staff can read it."
FILED = "The bug is filed."
LINKED = "It is linked to that bug."
UNKNOWN_CUSTOMER = "Somebody we do not know yet"
SOME_CUSTOMER = "a customer"

HELP = """*What you can ask*
`/earshot queue` what waits in the buffer, what is due first on top
`/earshot mine` what you have
`/earshot ticket ES-1001` one ticket with its buttons
`/earshot customer acme` who they are, and how they stand
`/earshot flag acme because …` complaints of theirs go to the buffer
`/earshot unflag acme` and no longer
`/earshot bug` the bugs at work on, `/earshot bug ES-1001` that of a ticket
`/earshot bug report The export hangs` a new one, also from the shortcut *Report a bug*
`/earshot theme export` what many tell, with numbers
`/earshot digest` this week so far
`/earshot away 3` gone for three hours (or until a day, `2026-12-01`), `/earshot away back` here again
`/earshot help` this"""
AWAY = "You are away until {until}. Given back to everybody: {freed}."
BACK = "Welcome back."
AWAY_HOW = (
    "Say for how many hours or until which day: `/earshot away 3`, `/earshot away 2026-12-01`, `/earshot away back`."
)
NO_BUG = "There is no bug to show."
NO_THEME = "There is no theme like that."

# What Slack refuses for good, by its own code: in plain words, with what to do
SLACK_REFUSALS = {
    "not_in_channel": "Earshot is not in that Slack channel. Invite it there with /invite @Earshot.",
    "channel_not_found": "Slack does not show that channel to Earshot: it is gone, or private and Earshot was not invited.",
    "is_archived": "That Slack channel is archived.",
    "msg_too_long": "That is too long for one Slack message.",
    "msg_blocks_too_long": "That is too long for one Slack message.",
    "no_text": "There is nothing to say in it.",
    "restricted_action": "That Slack workspace does not let Earshot write there.",
    "restricted_action_read_only_channel": "That Slack channel is read-only.",
    "restricted_action_thread_only_channel": "In that Slack channel one may only answer in threads.",
    "cannot_reply_to_message": "Slack does not allow an answer to that message.",
    "user_not_found": "Slack does not know that person.",
    "user_disabled": "That person's Slack account is closed.",
    "cannot_dm_bot": "That is a bot; it cannot be written to.",
    "messages_tab_disabled": "The app's Messages tab is off; switch it on under App Home.",
}


def refused_by_slack(code: str) -> str:
    """Why Slack will never take it, for people."""
    return SLACK_REFUSALS.get(code, f"Slack refused it ({slack_line(code, 60)}).")


def own_day(answered: int, resolved: int, promised: int, thanks: int, away_until: datetime | None) -> str:
    """One line of mrkdwn about the reader's own day."""
    parts = [
        f"{answered:,} answered",
        f"{resolved:,} resolved",
        f"{promised:,} promised",
        f"{thanks:,} thanks received",
    ]
    gone = [f":palm_tree: away until {moment(away_until)}"] if away_until else []
    return " · ".join(["Today", *parts, *gone])


def moment(at: datetime) -> str:
    """A time that Slack shows in the reader's own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def told(name: str, url: str, customers: int, tickets: int) -> str:
    """A theme or a bug with how many told it, as mrkdwn."""
    return f"• {slack_link(url, name)}: {count(customers, 'customer')}, {count(tickets, 'ticket')}"


def home_page(first: int, last: int, total: int) -> str:
    """Where one is in a list."""
    return f"{first:,} to {last:,} of {total:,}"


def taken_by(name: str | None) -> str:
    """The refusal for who pressed claim second; names who was first where that is known."""
    return f"{slack_line(name, 60)} has taken this one." if name else TAKEN


def alert(kind: str, customer: str, gist: str, reference: str, *, mention: str | None = None) -> str:
    """The page for who is on call, as mrkdwn. `mention` is their Slack member id; customers' words can ping nobody."""
    whom = f"<@{mention}> " if mention and re.fullmatch("[A-Z0-9]+", mention) else ""
    what = EMERGENCIES.get(kind, "Urgent")
    return f"{whom}*{what}* at {slack_line(customer, 80)}: “{slack_line(gist)}” ({slack_line(reference, 40)})"


def alert_plainly(kind: str, customer: str, gist: str, reference: str) -> str:
    """The same in one line without mark-up: the subject of a mail, what a pager reads out."""
    what = EMERGENCIES.get(kind, "Urgent")
    return f"{what} at {one_line(customer, 80)}: “{one_line(gist, 300)}” ({one_line(reference, 40)})"


def theme_alert(title: str, url: str, customers: int, most: int, bar: int, state: str) -> str:
    """What engineers read of a theme that suddenly many tell of, as mrkdwn; changed in place until it is over."""
    link = slack_link(url, title)
    told = f"{customers} customers" if customers != 1 else "1 customer"
    if state == "dismissed":
        return f"{link}: dismissed at {most} customers. It takes more from now on."
    if state == "resolved":
        return f"{link}: over, after {most} customers in a week."
    return f"*{link}*: {told} told of it within seven days; {bar} would have been unusual."


def alert_again(reports: int, customers: int) -> str:
    """The line an alert gets when the same incident is reported again."""
    whom = "one customer" if customers == 1 else f"{customers} customers"
    return f"{reports} reports by {whom} so far."


def alert_confirmed(name: str, at: str, *, slack: bool = True) -> str:
    """The line an alert gets when somebody has confirmed it; `at` a time of day. Without mark-up unless for `slack`."""
    return f"{(slack_line if slack else one_line)(name, 60)} has it since {at}."
