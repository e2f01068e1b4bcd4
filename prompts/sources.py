"""What a suggested answer is made from, in a few words each, and the same as facts for a model."""

from prompts.markup import one_line, slack_link, slack_text

NAMES = {
    "conversation": "the conversation",
    "earlier": "earlier: {name}",
    "answer": "the known answer of “{name}”",
    "bug": "how the bug “{name}” stands",
    "saved": "the saved reply “{name}”",
}
STATES = {
    "new": "The engineers have the report.",
    "duplicate": "The engineers have the report.",
    "accepted": "It is a fault on our side; the engineers have taken it on.",
    "in_progress": "It is a fault on our side; the engineers are working on it now.",
    "fixed": "It is fixed; the fix comes with the next release.",
    "released": "It is fixed, and the fix is out.",
    "declined": "We have decided not to change it.",
}
WORKAROUND, DUE, SAVED, EARLIER = (
    "What works meanwhile: {}",
    "A fix is expected by {}.",
    "What we usually say: {}",
    "They wrote of the same before, in {}.",
)
FROM, BY_MODEL = "From", "Written by the model, from"


def name(kind: str, called: str) -> str:
    """What the source is called."""
    return NAMES[kind].format(name=one_line(called, 80))


def slack_line(sources: list[tuple[str, str, str]], by_model: bool = False) -> str:
    """All of them in one line of mrkdwn: each a kind, a name and an address."""
    links = [
        slack_link(url, name(kind, called)) if url else slack_text(name(kind, called)) for kind, called, url in sources
    ]
    return f"{BY_MODEL if by_model else FROM}: {' · '.join(links)}"
