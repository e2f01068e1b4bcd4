"""Customers' words as others may read them: nameless, short, and where only one customer tells of it, discreet. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from handlers.analysis.telling import names, quotes

_MARK = re.compile(r"\[(?:name|person|email|phone|card|iban|id|ip|secret)\]")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")
_TELLING_NUMBER = re.compile(
    r"(?<![\w.])(?!(?:4|5)\d\d(?!\d))\d[\d.,]{2,}|\d+\s?(?:employees|users|sites|stores|empleados|tiendas|名|店舗|拠点)"
)
_CAPITAL = re.compile(r"(?<![.!?…:“\"«(]\s)(?<!^)(?<![\w'’])[A-ZÀ-ÖØ-Þ][\w’'-]*")
_ABOUT_US = re.compile(
    r"\b(?:as an? (?:[\w-]+ ){0,3}(?:company|firm|agency|hospital|clinic|school|university|bank|shop|retailer|manufacturer|(?<=a )[\w-]+,? (?:we|i))\b"
    r"|we are an?|we're an?|our (?:company|firm|clinic|hospital|school|bank|shops?"
    r"|stores?|warehouses?|plants?|office in)|in our (?:city|country|region)|somos|nuestr[oa]s? (?:empresa|tienda|clínica|hospital|colegio|almacén|oficina)s?)\b"
    r"|当社|弊社|本社|支店|工場|病院|大学|学校|店舗|倉庫|[都道府県市区町村](?:の|に|で|から)|(?:さん|様|氏)",
    re.IGNORECASE,
)
# Capitalised words that half the world uses: they betray nobody.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "i csv pdf api sso saml crm erp xlsx xls xml json html url ui ux id ids vat iva http https sql cpu ok faq sla oauth mfa utc gmt cet pst "
        "excel word powerpoint google sheets docs drive slack teams outlook gmail chrome firefox safari edge windows mac macos ios ipad iphone "
        "android linux salesforce hubspot zapier jira github microsoft apple okta azure monday tuesday wednesday thursday friday saturday sunday "
        "january february march april may june july august september october november december english spanish japanese español inglés "
        "japonés usd eur am pm qr sms zip png jpg jpeg dashboard settings export import save cancel",
    )
)


@dataclass(frozen=True)
class Speech:
    """What opened a ticket, as it reads now, and who said it."""

    ticket_id: int
    customer_id: int | None
    text: str
    author: str
    gist: str = ""


@dataclass(frozen=True)
class Known:
    """Everybody whose name could stand in a text: `companies` of all customers, `own` ways of each, `people` of them and of us."""

    companies: Sequence[str] = ()
    own: Mapping[int, Sequence[str]] = field(default_factory=dict)
    people: Sequence[str] = ()


def readable(speech: Speech, known: Known, *, alone: bool = False) -> str:
    """The words without personal data and names, cut to what the gist says; empty where nothing is left to tell.

    `alone`: only this customer tells of it, so that a sentence which could tell who it is goes, too.
    """
    companies = [*known.companies, *known.own.get(speech.customer_id or 0, ())]
    plain = quotes.anonymous(speech.text[: quotes.READ], companies, [speech.author, *known.people])
    text = quotes.excerpt(discreet(plain) if alone else plain, speech.gist)
    return text if text.replace(quotes.NAME, "").strip(" .,!?…") else ""


def discreet(text: str) -> str:
    """Only those sentences in which nothing points to somebody: no mark of what was taken out, no name, no telling number."""
    return " ".join(one.strip() for one in _SENTENCE.split(text) if one and one.strip() and not _points(one.strip()))


def _points(sentence: str) -> bool:
    if _MARK.search(sentence) or _TELLING_NUMBER.search(sentence) or _ABOUT_US.search(sentence) or "://" in sentence:
        return True
    return any(match[0].casefold().split("'")[0].split("’")[0] not in _COMMON for match in _CAPITAL.finditer(sentence))


def typical(speeches: Sequence[Speech], texts: Mapping[int, str], vectors: Mapping[int, bytes], most: int) -> list[int]:
    """Ticket ids of up to `most` quotes that stand for all and differ, of those that have a text."""
    said = [one for one in speeches if texts.get(one.ticket_id)]
    rows: NDArray[np.float32] = quotes.stacked([vectors.get(one.ticket_id, b"") for one in said])
    who: Collection[object] = [one.customer_id or -one.ticket_id for one in said]
    chosen = quotes.choose(rows, list(who), [texts[one.ticket_id] for one in said], most)
    return [said[place].ticket_id for place in chosen]


def ways(companies: Sequence[tuple[str, str, Sequence[str]]]) -> list[str]:
    """The ways all companies are called; keys are left out, they may be words. `companies`: (name, key, domains)."""
    return [way for name, _, domains in companies for way in names.called(name, domains=domains)]
