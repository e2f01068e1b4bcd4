"""Serve the stand-in for Slack."""

import sys

from bot.sandbox.chat import app
from bot.sandbox.serve import main

sys.exit(main("chat", app))
