"""A real Redmine: the one that EARSHOT_TEST_REDMINE names, else Debian's package on a port and a database of its own.

EARSHOT_TEST_REDMINE="http://127.0.0.1:4800 OUR_KEY THEIR_KEY" (projects `prod` and `other`).
"""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.trackers.benches import RedmineBench
from tests.trackers.counterpart import PATIENCE_SECONDS, free_site, started

NAMED = os.environ.get("EARSHOT_TEST_REDMINE", "").split()
PACKAGE = Path("/usr/share/redmine")
INSTALLED = (PACKAGE / "config.ru").exists() and shutil.which("puma") is not None
THERE = bool(NAMED) or INSTALLED

DATABASE = """production:
  adapter: sqlite3
  database: {folder}/redmine.sqlite3
  timeout: 20000
  encoding: utf8
"""
SEED = """
ActiveRecord::Migration.verbose = false
ActiveRecord::Base.connection.migration_context.migrate
ActiveRecord::Base.descendants.each(&:reset_column_information)
Redmine::DefaultData::Loader.load('en')
Setting.rest_api_enabled = '1'
%w[ours theirs].each do |login|
  user = User.new(firstname: login, lastname: 'hand', mail: "#{login}@redmine.example", language: 'en', admin: true)
  user.login = login
  user.password = user.password_confirmation = SecureRandom.hex(12)
  user.save!
  puts "#{login}=#{user.api_key}"
end
%w[prod other].each do |name|
  project = Project.new(name: name, is_public: true)
  project.identifier = name
  project.trackers = Tracker.all
  project.enabled_module_names = ['issue_tracking']
  project.save!
end
"""


@contextmanager
def real_redmine(folder: Path) -> Iterator[RedmineBench]:
    """The named one, or one that lives in `folder` as long as this lasts."""
    if NAMED:
        yield _bench(*NAMED)
        return
    environment = _arranged(folder)
    seeded = subprocess.run(
        ["ruby", "bin/rails", "runner", f"{folder}/seed.rb"],
        cwd=PACKAGE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    keys = dict(re.findall(r"^(ours|theirs)=(\w+)$", seeded.stdout, re.MULTILINE))
    assert len(keys) == 2, seeded.stdout + seeded.stderr
    site = free_site()
    command = ["puma", "-e", "production", "-b", site.replace("http", "tcp"), "-t", "1:4", "config.ru"]
    with started(command, f"{site}/projects.json", folder / "puma.log", cwd=PACKAGE, env=environment):
        yield _bench(site, keys["ours"], keys["theirs"])


def _arranged(folder: Path) -> dict[str, str]:
    """The folder as the package wants an instance of its own to be."""
    for name in ("config", "files", "log", "tmp"):
        (folder / name).mkdir()
    (folder / "config" / "database.yml").write_text(DATABASE.format(folder=folder))
    (folder / "config" / "secret_key.txt").write_text(secrets.token_hex(32))
    (folder / "seed.rb").write_text(SEED)
    instance = "../" * 8 + str(folder).lstrip("/")
    return {**os.environ, "RAILS_ENV": "production", "X_DEBIAN_SITEID": instance, "HOME": str(folder)}


def _bench(site: str, our_key: str, their_key: str) -> RedmineBench:
    made = RedmineBench(site)
    made.our_key, made.their_key = our_key, their_key
    return made
