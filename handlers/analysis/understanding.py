"""What was understood of a message: each field with how sure it is and where it came from."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Understanding:
    """The offline understanding of one message.

    `sentiment` in [-1, 1]; `severity` 1 (worst) to 4; `gist` one line of at most 140 characters in the customer's words,
    redacted; `emergency` one of outage, data_loss, security, legal, danger or None, `band` certain, possible or none, with
    `emergency_reason` the words that said so. `confidences` in [0, 1] and `origins` (rules or local) by field name.
    `unsure` when the kind could well be another; `asks_nothing` for bare thanks and chatter.
    """

    language: str
    kind: str
    complaint: bool
    sentiment: float
    severity: int
    gist: str
    emergency: str | None = None
    band: str = "none"
    emergency_reason: str = ""
    unsure: bool = False
    asks_nothing: bool = False
    thanks: bool = False
    confidences: dict[str, float] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
