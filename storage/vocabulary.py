"""The words everybody shares: kinds, severities, states, languages. Plain strings in the tables, literals in the types."""

from typing import Literal, get_args

Kind = Literal["bug", "usability", "feature_request", "billing", "how_to", "praise", "churn_threat", "other"]
Severity = Literal[1, 2, 3, 4]
Queue = Literal["buffer", "regular"]
Emergency = Literal["outage", "data_loss", "security", "legal", "danger"]
Band = Literal["certain", "possible", "none"]
Origin = Literal["rules", "local", "llm", "person"]
TicketState = Literal["open", "waiting", "engineering", "snoozed", "resolved"]
Door = Literal["slack", "support", "api", "import"]
Direction = Literal["in", "out"]
BugState = Literal["proposed", "new", "accepted", "in_progress", "fixed", "released", "declined", "duplicate"]
Trend = Literal["new", "growing", "steady", "fading", "fixed", "back again"]
Said = Literal["useful", "known", "by_design", "fixed"]
Role = Literal["listener", "support", "engineer", "manager", "admin"]

KINDS: tuple[Kind, ...] = get_args(Kind)
QUEUES: tuple[Queue, ...] = get_args(Queue)
BANDS: tuple[Band, ...] = get_args(Band)
DOORS: tuple[Door, ...] = get_args(Door)
EMERGENCIES: tuple[Emergency, ...] = get_args(Emergency)
TICKET_STATES: tuple[TicketState, ...] = get_args(TicketState)
BUG_STATES: tuple[BugState, ...] = get_args(BugState)
BUGS_DONE: tuple[BugState, ...] = ("fixed", "released")
REACTIONS: tuple[Said, ...] = get_args(Said)
"""What engineers say to a theme of a digest, with one press."""
ROLES: tuple[Role, ...] = get_args(Role)

PLANS = ("starter", "team", "business", "enterprise")
"""Plans that are offered for a choice; a company may call its own as it likes."""
LANGUAGES = ("en", "es", "ja", "de", "fr", "pt")
"""Languages with words of their own in prompts/say (ISO 639-1); others are answered in English."""
CONSOLE_LANGUAGES = ("en", "es", "ja")
"""What the console speaks to staff."""
