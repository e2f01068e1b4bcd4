"""GitHub as npm's `emulate` plays it: the one that EARSHOT_TEST_GITHUB names, else what tests/npm brings, on a port of its own.

EARSHOT_TEST_GITHUB="http://127.0.0.1:4700 owner/name OUR_TOKEN THEIR_TOKEN"
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.npm import MODULES, NODE
from tests.trackers.benches import GitHubBench
from tests.trackers.counterpart import free_site, started

NAMED = os.environ.get("EARSHOT_TEST_GITHUB", "").split()
PROGRAM = MODULES / "emulate" / "dist" / "index.js"
THERE = bool(NAMED) or (PROGRAM.exists() and NODE is not None)

SEED = {
    "tokens": {f"token-of-{login}": {"login": login, "scopes": ["repo", "user"]} for login in ("ours", "theirs")},
    "github": {
        "users": [{"login": login, "name": login} for login in ("ours", "theirs")],
        "orgs": [
            {
                "login": "acme",
                "name": "Acme",
                "members": [{"login": one, "role": "admin"} for one in ("ours", "theirs")],
            }
        ],
        "repos": [{"owner": "acme", "name": "product", "auto_init": True}],
    },
}


@contextmanager
def github(folder: Path) -> Iterator[GitHubBench]:
    """The named one, or one that lives in `folder` as long as this lasts."""
    if NAMED:
        yield _bench(*NAMED)
        return
    (folder / "seed.json").write_text(json.dumps(SEED))
    site = free_site()
    port = site.rpartition(":")[2]
    command = [str(NODE), str(PROGRAM), "start", "--service", "github", "--port", port, "--seed", f"{folder}/seed.json"]
    with started(command, f"{site}/repos/acme/product", folder / "emulate.log"):
        yield _bench(site, "acme/product", "token-of-ours", "token-of-theirs")


def _bench(site: str, place: str, our_key: str, their_key: str) -> GitHubBench:
    made = GitHubBench(site)
    made.place, made.our_key, made.their_key = place, our_key, their_key
    return made
