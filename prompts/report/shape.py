"""The digest as its words need it: read from the digest's JSON, which may say more than we print."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from prompts.markup import count
from storage.vocabulary import Trend

FULL_THEMES = 7
SHORT_THEMES = 8
OTHER_QUOTES = 3
QUOTE = 120
"""Longest quote in characters: with these four a loud week is still read in three minutes."""

TRENDS: dict[Trend, str] = {
    "new": "★ new",
    "growing": "↑ growing",
    "steady": "→ steady",
    "fading": "↓ fading",
    "fixed": "✓ fixed",
    "back again": "↺ back again",
}

REACTIONS: dict[str, str] = {
    "useful": "Useful",
    "known": "Known",
    "by_design": "By design",
    "fixed": "Fixed in …",
}
"""What engineers may say to a theme, as the button has it."""

BUGS_OPEN = ("new", "accepted", "in_progress")

Name = Annotated[str, BeforeValidator(str)]
Day = Annotated[date, BeforeValidator(lambda value: value[:10] if isinstance(value, str) else value)]


class Quote(BaseModel):
    """A customer's words, personal data removed; `ticket` is its reference or number."""

    text: str
    ticket: Name | None = None
    url: str | None = None


Said = Annotated[Quote, BeforeValidator(lambda value: {"text": value} if isinstance(value, str) else value)]


class Bug(BaseModel):
    """A bug in the tracker and its state."""

    id: Name
    title: str = ""
    state: str = "new"
    url: str | None = None
    due_on: str | None = None
    version: str | None = None


class Renewals(BaseModel):
    """How many of a theme's customers renew within `days` of the week's end, and what their contracts are worth a year."""

    customers: int = 0
    days: int = 90
    contract_value: float = 0.0


class Theme(BaseModel):
    """`contract_value` in euros a year of the customers concerned; `flagged_share` 0 to 1 of the complaints;
    `customers_before` in the four weeks before. `sentence` says in words what was counted, `next` what would help.

    `heard` and `before` are distinct voices of the week and of each of the four before; `lead_weeks` by which flagged
    customers were earlier than others (`lead_open`: nobody else yet). `said` is what engineers answered before.
    """

    id: Name
    title: str
    trend: Trend
    customers: int
    complaints: int
    unflagged_customers: int
    contract_value: float
    quotes: list[Said] = Field(default_factory=list)
    bugs: list[Bug] = Field(default_factory=list)
    flagged_share: float | None = None
    customers_before: int = 0
    url: str | None = None
    kind: str = "other"
    sentence: str = ""
    next: str = ""
    next_url: str | None = None
    heard: int | None = None
    before: list[int] = Field(default_factory=list)
    lead_weeks: float | None = None
    lead_open: bool = False
    renewals: Renewals = Field(default_factory=Renewals)
    fixed_in: str = ""
    was_fixed: bool = False
    said: str = ""
    drafts_waiting: int = 0
    urgent: bool = False

    @property
    def weeks(self) -> list[int]:
        """Distinct voices of the last five weeks, oldest first; empty where they are not known."""
        return [*self.before, self.heard if self.heard is not None else self.customers] if self.before else []

    @property
    def usual(self) -> float:
        """Distinct voices in a usual week of the four before."""
        return sum(self.before) / len(self.before) if self.before else 0.0

    @property
    def heard_by(self) -> str:
        """From how many customers it came this week, in words."""
        return count(self.customers, "customer") if self.complaints else "nobody this week"


class Short(BaseModel):
    """A theme told in a line; `said` where engineers know it already."""

    id: Name
    title: str
    trend: Trend
    customers: int
    complaints: int
    url: str | None = None
    said: str = ""

    @property
    def heard_by(self) -> str:
        """From how many customers it came this week, in words, and what engineers said to it."""
        known = f" ({REACTIONS[self.said].lower()})" if self.said in ("known", "by_design") else ""
        return (count(self.customers, "customer") if self.complaints else "nobody this week") + known


class Fixed(BaseModel):
    """A bug fixed in the week: customers concerned, how many of them were told (their tickets), and drafts that wait."""

    bug: Name
    title: str = ""
    url: str | None = None
    version: str = ""
    customers: int = 0
    told: int = 0
    waiting: int = 0
    tickets: list[str] = Field(default_factory=list)


class Thanked(BaseModel):
    """Somebody who told of so many of the bugs that were fixed in the week. `company` "" for our own people."""

    name: str
    company: str = ""
    bugs: int = 1


class Led(BaseModel):
    """A theme that flagged customers told `weeks` before anybody else; `open` while nobody else has."""

    id: Name
    title: str
    weeks: float
    open: bool = False
    url: str | None = None


class Shield(BaseModel):
    """What the buffer took: tickets and messages of how many customers; `to_engineers` of the tickets became bugs or alerts."""

    tickets: int = 0
    customers: int = 0
    messages: int = 0
    to_engineers: int = 0
    url: str | None = None


class Digest(BaseModel):
    """A week; themes ranked, first things first. `first_day` and `last_day` are `from` and `to` of the JSON."""

    week: str
    first_day: Day = Field(alias="from")
    last_day: Day = Field(alias="to")
    totals: dict[str, Any] = Field(default_factory=dict)
    themes: list[Theme] = Field(default_factory=list)
    unasked_before: list[Said] = Field(default_factory=list)
    praise: list[Said] = Field(default_factory=list)
    url: str | None = None
    also: list[Short] = Field(default_factory=list)
    fixed: list[Fixed] = Field(default_factory=list)
    thanks: list[Thanked] = Field(default_factory=list)
    leads: list[Led] = Field(default_factory=list)
    shield: Shield | None = None

    @property
    def in_full(self) -> list[Theme]:
        """The themes told with quotes."""
        return self.themes[:FULL_THEMES]

    @property
    def in_short(self) -> list[Theme | Short]:
        """The themes told in a line each."""
        others: list[Theme | Short] = [*self.themes[FULL_THEMES:], *self.also]
        return others[:SHORT_THEMES]

    @property
    def unsaid(self) -> int:
        """How many themes are not told at all."""
        others = max(len(self.also), int(self.totals.get("other_themes", 0)))
        return max(0, len(self.themes) - FULL_THEMES) + others - len(self.in_short)
