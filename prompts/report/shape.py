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
}

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


class Theme(BaseModel):
    """`contract_value` in euros a year of the customers concerned; `flagged_share` 0 to 1 of the complaints;
    `customers_before` in the four weeks before."""

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

    @property
    def heard_by(self) -> str:
        """From how many customers it came this week, in words."""
        return count(self.customers, "customer") if self.complaints else "nobody this week"


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

    @property
    def in_full(self) -> list[Theme]:
        """The themes told with quotes."""
        return self.themes[:FULL_THEMES]

    @property
    def in_short(self) -> list[Theme]:
        """The themes told in a line each."""
        return self.themes[FULL_THEMES : FULL_THEMES + SHORT_THEMES]

    @property
    def unsaid(self) -> int:
        """How many themes are not told at all."""
        return max(0, len(self.themes) - FULL_THEMES - SHORT_THEMES) + int(self.totals.get("other_themes", 0))
