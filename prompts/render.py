"""Templates of this folder filled in, with strict variables: one that is missing is an error, never an empty space."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    UndefinedError,
    meta,
    nodes,
    select_autoescape,
)

from prompts import markup

FALLBACK_LANGUAGE = "en"
QUOTES = {"en": "“”‘’", "es": "«»“”", "ja": "「」『』", "de": "„“‚‘", "fr": "«»“”", "pt": "“”‘’"}
"""Opening and closing mark, then the pair used inside."""


@dataclass(frozen=True)
class Question:
    """What a model is asked: our instructions, and apart from them what it shall look at."""

    system: str
    user: str


def say(name: str, language: str, /, **variables: object) -> str:
    """Plain text of `prompts/say/<language>/<name>.j2`; English where that language has no such template.

    Plain: the place that sends it escapes for what it speaks (`markup.slack_text`, HTML autoescape).
    A missing variable raises jinja2.UndefinedError, an unknown name jinja2.TemplateNotFound.
    """
    short = re.split("[-_]", language.lower())[0]
    template = _environment().select_template([f"say/{short}/{name}.j2", f"say/{FALLBACK_LANGUAGE}/{name}.j2"])
    return _tidy(_filled(template, variables))


def ask(name: str, /, **variables: object) -> Question:
    """`prompts/ask/<name>.j2`, whose blocks `system` and `user` become the two messages to the model."""
    template = _environment().get_template(f"ask/{name}.j2")
    _refuse_missing(template, variables)
    system, user = (
        "".join(template.blocks[block](template.new_context(dict(variables)))) for block in ("system", "user")
    )
    return Question(_tidy(system), _tidy(user))


def render(path: str, /, **variables: object) -> str:
    """Any template of this folder by its path, such as "report/digest.html.j2" (which escapes by itself)."""
    return _filled(_environment().get_template(path), variables)


def _filled(template: Template, variables: dict[str, object]) -> str:
    _refuse_missing(template, variables)
    return template.render(variables)


def _refuse_missing(template: Template, variables: dict[str, object]) -> None:
    """Also for a variable in a branch not taken today: tomorrow it would be."""
    missing = _needed(template.name or "") - variables.keys()
    if missing:
        raise UndefinedError(f"{template.name} needs {', '.join(sorted(missing))}")


@lru_cache(maxsize=256)
def _needed(path: str) -> frozenset[str]:
    environment = _environment()
    source = (Path(__file__).parent / path).read_text(encoding="utf-8")
    tree = environment.parse(source)
    optional = {
        found.node.name
        for found in tree.find_all(nodes.Filter)
        if found.name == "default" and isinstance(found.node, nodes.Name)
    }
    return frozenset(meta.find_undeclared_variables(tree) - optional)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default_for_string=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "one_line": markup.one_line,
        "quoted": quoted,
        "listing": markup.listing,
        "fenced": markup.fenced,
        "markdown_line": markup.markdown_line,
        "web_link": markup.web_link,
        "count": markup.count,
        "euros": markup.euros,
    }
    return environment


def quoted(words: str, language: str, most: int = 140) -> str:
    """Somebody's words on one line between the quotation marks of `language`, at most `most` characters of them."""
    opening, closing, inner_opening, inner_closing = tuple(QUOTES[language])
    inside = markup.one_line(words, most).translate({ord(opening): inner_opening, ord(closing): inner_closing})
    space = "\u202f" if language == "fr" else ""
    return f"{opening}{space}{inside.rstrip(' .。')}{space}{closing}"


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()
