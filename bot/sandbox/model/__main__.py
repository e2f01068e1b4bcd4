"""Serve the stand-in for a model."""

import sys

from bot.sandbox.model import app
from bot.sandbox.serve import main

sys.exit(main("model", app))
