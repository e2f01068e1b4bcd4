"""The listener's card of a ticket in Slack, as words. Who shows it adds the buttons."""

from datetime import date, datetime

from pydantic import BaseModel

from prompts import pressed
from prompts import slack as words
from prompts.markup import count, euros, one_line, slack_line, slack_link, slack_text

STATES = {
    "open": "open",
    "waiting": "waiting for the customer",
    "engineering": "waiting for engineering",
    "snoozed": "snoozed",
    "resolved": "resolved",
}


class Card(BaseModel):
    """What is shown of a ticket. Money in EUR a year, times aware. `promise`: id, words and day of what may have been promised."""

    ticket: int
    reference: str
    url: str = ""
    customer: str | None = None
    plan: str | None = None
    contract_value: float = 0.0
    writer: str = ""
    gist: str
    said: str = ""
    messages: int = 1
    language: str = "en"
    kind: str
    unsure: bool = False
    severity: int
    emergency: str | None = None
    band: str = "none"
    queue: str = "regular"
    state: str = "open"
    assignee: str | None = None
    due_at: datetime | None = None
    due_reason: str = ""
    snoozed_until: datetime | None = None
    wakes: str = ""
    bug: str | None = None
    promise: tuple[int, str, datetime] | None = None


class CustomerCard(BaseModel):
    """What is shown of a customer. Money in EUR a year; `latest` tickets newest first."""

    name: str
    plan: str
    contract_value: float = 0.0
    renewal_on: date | None = None
    flagged_until: datetime | None = None
    flagged_why: str = ""
    url: str = ""
    bugs: list[str] = []
    promised: list[tuple[str, datetime]] = []
    latest: list[Card] = []


def headline(card: Card) -> str:
    """One mrkdwn line for notifications and lists: `*ES-1001* Acme: “the export hangs again”`."""
    return f"*{slack_line(card.reference, 40)}* {_customer(card)}: “{slack_line(card.gist, 140)}”"


def standing(card: Card) -> str:
    """One mrkdwn line: what it is, how bad, who has it."""
    kind = words.KINDS.get(card.kind, card.kind) + (" (unsure)" if card.unsure else "")
    parts = [kind, words.SEVERITIES.get(card.severity, str(card.severity)), STATES.get(card.state, card.state)]
    if card.band != "none":
        what = words.EMERGENCIES.get(card.emergency or "", "Emergency")
        parts.insert(
            0, f":rotating_light: *{what}*" if card.band == "certain" else f":eyes: *Look first: {what.lower()}?*"
        )
    if card.assignee:
        parts.append(f"{slack_line(card.assignee, 60)} has it")
    elif card.state not in ("resolved", "snoozed"):
        parts.append("nobody has it")
    if card.bug:
        parts.append(f"bug {slack_line(card.bug, 40)}")
    return " · ".join(parts)


def times(card: Card) -> str:
    """One mrkdwn line: when the customer hears from us, each reader's own time; who they are."""
    parts = []
    if card.state == "snoozed" and card.wakes == "bug":
        parts.append("back when its bug changes")
    elif card.state == "snoozed" and card.snoozed_until:
        parts.append(f"back {_moment(card.snoozed_until)}")
    elif card.due_at and card.state != "resolved":
        reason = f" ({slack_line(card.due_reason, 40)})" if card.due_reason else ""
        parts.append(f"due {_moment(card.due_at)}{reason}")
    if card.plan:
        parts.append(f"{slack_line(card.plan, 30)} plan")
    if card.contract_value:
        parts.append(f"{euros(card.contract_value)} a year")
    if card.messages > 1:
        parts.append(count(card.messages, "message"))
    if card.queue != "buffer":
        parts.append("now in the regular queue")
    return " · ".join(parts)


def promise(card: Card) -> str:
    """What may have been promised, as mrkdwn; empty if nothing was."""
    if card.promise is None:
        return ""
    _, said, at = card.promise
    return pressed.PROMISED.format(words=slack_line(said, 80), at=_moment(at))


def quote(card: Card, most: int = 500) -> str:
    """What the customer wrote last, as a mrkdwn quotation of at most `most` characters before escaping."""
    cut = card.said if len(card.said) <= most else card.said[: most - 1].rstrip() + "…"
    lines = [line for line in slack_text(cut).splitlines() if line.strip()][:12]
    return "\n".join(f"> {line}" for line in lines)


def customer_lines(customer: CustomerCard) -> list[str]:
    """A customer in mrkdwn paragraphs: who, how they stand, what they said last."""
    parts = [f"{slack_line(customer.plan, 30)} plan", f"{euros(customer.contract_value)} a year"]
    if customer.renewal_on:
        parts.append(f"renews {customer.renewal_on:%Y-%m-%d}")
    lines = [f"*{slack_link(customer.url, customer.name[:80])}*  " + " · ".join(parts)]
    if customer.flagged_until:
        lines.append(flagged(customer.name, customer.flagged_until, customer.flagged_why))
    lines += [f"Open bugs: {'; '.join(slack_line(one, 100) for one in customer.bugs)}"] if customer.bugs else []
    if customer.promised:
        due = "; ".join(f"“{slack_line(said, 80)}” {_moment(at)}" for said, at in customer.promised)
        lines.append(f"Promised: {due}")
    lines.append("\n".join(f"• {headline(one)} {STATES.get(one.state, one.state)}" for one in customer.latest))
    return [line for line in lines if line]


def flagged(name: str, until: datetime, why: str) -> str:
    """That a customer is flagged, until when and why."""
    return f"{slack_line(name, 80)} is flagged until {until:%Y-%m-%d}: {slack_line(why)}"


def unflagged(name: str) -> str:
    """That a customer is flagged no more."""
    return f"{slack_line(name, 80)} is not flagged any more."


def plain_name(card: Card) -> str:
    """The ticket in a few plain words, for titles and confirmations."""
    return f"{card.reference} {one_line(card.customer or card.writer or words.UNKNOWN_CUSTOMER, 60)}"


def _customer(card: Card) -> str:
    if card.customer:
        return slack_line(card.customer, 60)
    return f"{words.UNKNOWN_CUSTOMER} ({slack_line(card.writer, 60)})" if card.writer else words.UNKNOWN_CUSTOMER


def _moment(at: datetime) -> str:
    """A time that Slack shows in the reader's own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"
