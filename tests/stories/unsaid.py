"""What a customer must never read, and how it is found in what reached them."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlmodel import Session, select

from bot.sandbox.company.load import Customer as Played
from prompts.markup import slack_text
from prompts.render import quoted
from storage.accounts import flags
from storage.accounts.customers import Customer
from storage.desk.messages import Message
from storage.desk.notes import Note
from storage.desk.tickets import Ticket
from storage.routing import rules
from tests.stories.conftest import DESK, DIGEST, NOW, Lived

ENGLISH = (
    r"flag|buffer|queue|\bnotes?\b|internal|listener|triage|escalat|high.maintenance|look.first|severity|\bcards?\b|"
    r"\bdraft|\brules?\b|complain|sentiment|demanding|difficult customer"
)
SPANISH = (
    r"marcad[oa]s? como|búfer|\bcola\b|\bnotas?\b|intern[oa]s?\b|oyente|triaje|escalad|conflictiv|problemátic|"
    r"gravedad|\breglas?\b|\bquejas?\b|quejumbros"
)
JAPANESE = "フラグ|バッファ|キュー|社内メモ|社内用|内部|メモ|傾聴|トリアージ|エスカレ|要注意|厄介|クレーマー|クレーム|苦情|重大度|ルール"
TELLING = re.compile(r"flag|buffer|queue|triage|escalat|high.maintenance|look.first|severity|sentiment", re.IGNORECASE)
INTERNAL = re.compile("|".join((ENGLISH, SPANISH, JAPANESE)), re.IGNORECASE)


def leaves(value: Any) -> Iterator[str]:
    """Every text inside something, names of fields included."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, str):
        yield value


def words_of(db: Session, customer: Customer | None) -> list[str]:
    """What a customer wrote, whole and as it is quoted, longest first."""
    customer_id = customer.id if customer else None
    theirs = select(Message).where(Message.customer_id == customer_id, Message.direction == "in")
    said = [one.text for one in db.exec(theirs)]
    for ticket in db.exec(select(Ticket).where(Ticket.customer_id == customer_id)):
        said += [quoted(ticket.gist, language) for language in ("en", "es", "ja")] + [ticket.gist]
    return sorted({one for one in said if one}, key=len, reverse=True)


def without(text: str, own: list[str]) -> str:
    """The text without these words, as they are or escaped for Slack."""
    for words in own:
        text = text.replace(words, " ").replace(_in_slack(words), " ")
    return text


@cache
def _in_slack(words: str) -> str:
    return slack_text(words)


def secrets_of(lived: Lived, db: Session, key: str | None) -> list[str]:
    """What this customer must never read: others' names, our addresses, why anybody was flagged, notes, names of rules."""
    others = [one for one in lived.company.customers if one.key != key]
    found = [name for other in others for name in names_of(other)]
    found += [one.email for one in lived.company.staff] + [lived.earshot.settings.base_url, DESK, DIGEST]
    found += [one.why for one in flags.standing(db, NOW).values()]
    found += [one.text for one in db.exec(select(Note))] + [one.name for one in rules.in_order(db)]
    return [one.casefold() for one in found]


def names_of(customer: Played) -> list[str]:
    """A company and its people by every name."""
    return [customer.key, customer.name, customer.domain, *(one.name for one in customer.people)]


def found_in(text: str, secrets: list[str]) -> list[str]:
    """Internal words and secrets in a text."""
    folded = text.casefold()
    return [*INTERNAL.findall(text), *(secret for secret in secrets if secret in folded)]
