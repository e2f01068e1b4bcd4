"""What staff read in Slack: buttons, headings, modals, and why something was refused.

What is shown in a mrkdwn text goes through `markup.slack_text` or `slack_line` first; plain_text needs nothing.
"""

import re

from prompts.markup import slack_line

# Shortcut, App Home and headings
SHORTCUT = "Send to Earshot"
HOME_TITLE = "What is waiting"
HOME_EMPTY = "Nothing is waiting. :leaves:"
HOME_MINE = "Yours"
HOME_LOOK_FIRST = "Look first"
HOME_BUFFER = "Buffer"
HOME_REGULAR = "Regular"
HOME_MORE = "{count} more in the console"
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
ASSIGN_SENDER = "Assign to a customer"
SEND = "Send"
SEND_ANYWAY = "Send anyway"
SAVE = "Save"
CANCEL = "Cancel"

# Modals
REPLY_TITLE = "Reply to the customer"
REPLY_LABEL = "The customer reads this"
REPLY_HINT = "Goes out as soon as you press Send."
NOTE_TITLE = "Internal note"
NOTE_LABEL = "Only staff read this"
SNOOZE_TITLE = "Snooze"
SNOOZE_LABEL = "Bring it back"
SNOOZE_CHOICES = {60: "in an hour", 240: "in four hours", 1440: "tomorrow", 4320: "in three days", 10080: "in a week"}
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
BUG_EXISTING = "Is it one of these?"
BUG_NEW = "No, file a new one"
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


def taken_by(name: str | None) -> str:
    """The refusal for who pressed claim second; names who was first where that is known."""
    return f"{slack_line(name, 60)} has taken this one." if name else TAKEN


def alert(kind: str, customer: str, gist: str, reference: str, *, mention: str | None = None) -> str:
    """The page for who is on call, as mrkdwn. `mention` is their Slack member id; customers' words can ping nobody."""
    whom = f"<@{mention}> " if mention and re.fullmatch("[A-Z0-9]+", mention) else ""
    what = EMERGENCIES.get(kind, "Urgent")
    return f"{whom}*{what}* at {slack_line(customer, 80)}: “{slack_line(gist)}” ({slack_line(reference, 40)})"


def alert_again(reports: int, customers: int) -> str:
    """The line an alert gets when the same incident is reported again."""
    whom = "one customer" if customers == 1 else f"{customers} customers"
    return f"{reports} reports by {whom} so far."


def alert_confirmed(name: str, at: str) -> str:
    """The line an alert gets when somebody has confirmed it; `at` a time of day."""
    return f"{slack_line(name, 60)} has it since {slack_line(at, 20)}."
