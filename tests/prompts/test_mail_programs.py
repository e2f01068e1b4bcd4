"""The digest as mail in programs that are not here: what each cannot show, by the tables of caniemail.com that npm brings."""

import json
import subprocess

import pytest

from prompts.report.digest import as_html
from tests.npm import FOLDER, MODULES, NODE
from tests.prompts.test_digest_words import theme, week

ASK = """
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";
const { issues } = caniemail({ clients: [process.argv[1]], html: readFileSync(0, "utf8") });
const told = [...issues.errors].flatMap(([client, found]) => found.map((one) => [client, one.title]));
process.stdout.write(JSON.stringify(told));
"""
DARK = {"@media", "<style> element", "color-scheme meta tag", "color-scheme CSS property"}
DECORATION = DARK | {"white-space", "role attribute", "<body> element"}
"""What may be missing: then it is light where it would be dark, a word wraps, and the colour around it is the program's."""


def not_shown(page: str, client: str) -> set[str]:
    """What of a page the mail programs of that name do not know."""
    asked = [str(NODE), "--input-type=module", "-e", ASK, client]
    answer = subprocess.run(asked, input=page, cwd=FOLDER, capture_output=True, text=True, check=True, timeout=60)
    return {title for _, title in json.loads(answer.stdout)}


if (MODULES / "caniemail").is_dir() and NODE is not None:

    @pytest.mark.parametrize(
        "client", ["outlook.windows", "outlook.*", "gmail.*", "apple-mail.*", "samsung-email.android", "yahoo.*"]
    )
    def test_the_digest_asks_nothing_of_a_mail_program_that_it_cannot_do_but_decoration(client: str) -> None:
        themes = [theme(number, weeks=[1, 0, 3, 2, 5], sentence="It hangs.", next="Look") for number in range(1, 9)]
        page = as_html(week(*themes, unasked_before=["a"], praise=["b"], url="https://x.example/digest"))
        assert not_shown(page, client) <= DECORATION

    def test_what_a_mail_program_cannot_do_would_be_noticed() -> None:
        page = '<!DOCTYPE html><html><body><div style="display:flex;gap:8px"><svg></svg></div></body></html>'
        assert not_shown(page, "outlook.windows") >= {"display:flex"}
