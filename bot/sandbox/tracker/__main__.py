"""Serve the stand-in for Jira."""

import sys

from bot.sandbox.serve import main
from bot.sandbox.tracker import app

sys.exit(main("tracker", app))
