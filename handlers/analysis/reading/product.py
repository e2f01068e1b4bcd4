"""What the glossary knows of a message: the parts of the product it names, and a company's own words for what goes wrong."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.analysis.meaning.glossary import Glossary, shipped
from handlers.analysis.understanding import Understanding

MOST = 3
NOTHING_WRONG, SURE_ENOUGH = ("other", "praise", "how_to"), 0.8
"""Kinds that a company's own words for what goes wrong speak against, unless they are as sure as this."""


def areas(glossary: Glossary, text: str) -> list[str]:
    """The parts of the product that a text names, the first ones first, by their concepts; at most three."""
    return [glossary.concepts[one] for one in glossary.found(text) if glossary.roles[one] == "area"][:MOST]


def called(glossary: Glossary, concepts: Sequence[str], language: str) -> list[str]:
    """What people call these concepts; those that the glossary does not know any more are left out."""
    known = {concept: number for number, concept in enumerate(glossary.concepts)}
    return [name for one in concepts if one in known and (name := glossary.name(known[one], language))]


def informed(understood: Understanding, glossary: Glossary, text: str) -> Understanding:
    """The same, but where nothing sure was understood and the company's own words say that something goes wrong, it is a bug.

    The words that ship were learned from; only a company's own can tell more.
    """
    sure = understood.confidences.get("kind", 0.0)
    doubted = understood.unsure or (understood.kind in NOTHING_WRONG and sure < SURE_ENOUGH)
    if (
        understood.asks_nothing
        or not doubted
        or understood.origins.get("kind") != "local"
        or not _goes_wrong(glossary, text)
    ):
        return understood
    rules = {**understood.origins, "kind": "rules", "complaint": "rules"}
    return replace(understood, kind="bug", complaint=True, severity=min(understood.severity, 3), origins=rules)


def _goes_wrong(glossary: Glossary, text: str) -> bool:
    ours = {number for number, row in enumerate(glossary.rows) if row["role"] == "symptom" and row not in shipped()}
    return bool(ours and ours.intersection(glossary.found(text)))
