"""Brings the catalogues up to the code: `make catalogues`. Exit code 1 where something is not translated yet.

Messages are what templates and pages say (`_("…")`), and in English what our verbs say to people: refusals, what was done, events,
reasons. What is filled in stands as `%(name)s` in what is translated before it is filled in, as `{0}` in what is recognised after.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from bot import deeds
from bot.web import locales
from bot.web.desk import inbox, ticket
from handlers.analysis import rights
from handlers.bugs import fetch, follow, outward
from handlers.desk import clocks, silence, snooze
from handlers.intake import route
from prompts import happened, in_short, owing, slack, sources
from prompts.report import digest, shape
from storage import vocabulary

ROOT = Path(locales.__file__).parents[3]
CODE = ("bot/web", "bot/trackers", "bot/deeds.py", "handlers")
SAYING = (happened, in_short)
"""Modules of which every sentence is a message."""
REFUSALS = re.compile(r"Refused|NotFound|NotAllowed|Changed|Already\w+")
LANGUAGES = tuple(one for one in locales.LANGUAGES if one != "en")
NAMES: tuple[Iterable[str], ...] = (
    vocabulary.QUEUES, vocabulary.ROLES, vocabulary.TICKET_STATES, vocabulary.BUG_STATES, vocabulary.DOORS,
    vocabulary.BANDS, vocabulary.KINDS, ("workaround", "question", "expected", "reason", "confirmed", "closed", "dismissed", "met", "missed", "stopped", "area", "symptom", "generic"),
    ("kind", "severity", "complaint", "emergency", "theme", "language", "plan", "channel", "none", "true", "false"),
)  # fmt: skip
WORDS: tuple[Iterable[str], ...] = (
    inbox.TITLES.values(), [label for _, label in inbox.DEEDS], [one.label for one in deeds.DEEDS.values()], ticket.SNOOZES,
    slack.KINDS.values(), slack.SEVERITIES.values(), slack.EMERGENCIES.values(), slack.SLACK_REFUSALS.values(), rights.WHO.values(),
    owing.GOALS.values(), owing.WAYS.values(), owing.CLOSE.values(),
    (owing.HELD, owing.UNCLAIMED, owing.ASLEEP, owing.ENGINEERING), sources.NAMES.values(),
    shape.TRENDS.values(), shape.REACTIONS.values(), digest.HEADINGS.values(),
    follow.NEWS.values(), clocks.REASONS.values(), (follow.OVERDUE, follow.OPEN_AGAIN, snooze.BUG_CHANGED, silence.REASON),
    ("first answer", "next answer", "next word", "promise", "reply held back"),
    [one.name for one in route.DEFAULT_RULES], (outward.DELETED, fetch.GONE, "By listener", "By theme", "Listener", "Theme", "Search"),
    ("rule {0}: {1} → {2}", "no rule fits → {0}", "customers' reports of both are one theme", "the nearest there is"),
    ("“{0}:{1}” is nothing we know.", "is done already", "is yours already", "somebody else has it", "is not yours"),
)  # fmt: skip


def messages() -> Iterator[str | tuple[str, str]]:
    """Every message of the console, or both forms of one that counts."""
    for page in sorted((ROOT / "bot/web/pages").glob("*.html")):
        with page.open("rb") as text:
            for _, _, message, _ in babel_extract(text, ("_",), (), {"trim_blocks": "true", "silent": "false"}):
                yield (message if isinstance(message, str) else message[0] if message else "") or ""
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")) or [ROOT / folder]:
            yield from _said_in(path)
    for module in SAYING:
        tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
        yield from (said for node in _spoken(tree) for said in _sentences(node, {}) if re.search("[a-z] ", said))
    yield from (name.replace("_", " ") for names in NAMES for name in names)
    yield from (_numbered(word) for words in WORDS for word in words)


def _spoken(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but docstrings and what is inside of a text."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        yield node
        if not isinstance(node, ast.JoinedStr):
            yield from _spoken(node)


def _said_in(path: Path) -> Iterator[str | tuple[str, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        if called == "_" and isinstance(first, ast.Constant):
            yield str(first.value)
        elif called == "plural":
            yield ast.literal_eval(first), ast.literal_eval(node.args[1])
        elif called == "record":
            yield from (name.replace("_", " ") for name in _sentences(first, constants))
        elif called == "did" or REFUSALS.fullmatch(called) or (called == "_sorry" and len(node.args) > 2):
            yield from _sentences(node.args[2] if called == "_sorry" else first, constants)


def _sentences(node: ast.AST, constants: Mapping[str, ast.expr]) -> Iterator[str]:
    """What an expression may say: text, text with places, either of two, a constant of its module."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield _numbered(node.value)
    elif isinstance(node, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
        if re.search("[A-Za-z]{3}", "".join(parts)):
            yield _numbered("".join(parts))
    elif isinstance(node, ast.IfExp):
        yield from _sentences(node.body, constants)
        yield from _sentences(node.orelse, constants)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _sentences(node.left, constants)
    elif isinstance(node, ast.Name) and node.id in constants:
        yield from _sentences(constants[node.id], {})
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from _sentences(node.func.value, constants)


def _numbered(message: str) -> str:
    """Its places, of whatever name, as {0}, {1} …"""
    number = iter(range(10))
    return re.sub(r"\{\w*\}", lambda _: f"{{{next(number)}}}", message)


def template() -> Catalog:
    """All messages, none translated."""
    found = Catalog(project="Earshot", charset="utf-8")
    for message in messages():
        if message and (not isinstance(message, str) or re.search("[A-Za-z]{2}", message)):
            found.add(message)
    return found


def bring_up(language: str) -> list[str]:
    """Write the language's catalogue anew, nothing translated lost; gives back what is not translated."""
    path = locales.HERE / f"{language}.po"
    with path.open("rb") as text:
        catalog = read_po(text, locale=language)
    catalog.update(template(), no_fuzzy_matching=True)
    with path.open("wb") as written:
        write_po(written, catalog, width=0, sort_output=True, ignore_obsolete=True, no_location=True)
    return [
        str(one.id)
        for one in catalog
        if one.id and not (one.string[0] if isinstance(one.string, tuple) else one.string)
    ]


if __name__ == "__main__":
    missing = {language: bring_up(language) for language in LANGUAGES}
    for language, those in missing.items():
        print(f"{language}: {len(those)} not translated" + "".join(f"\n  {one}" for one in those))
    sys.exit(any(missing.values()))
