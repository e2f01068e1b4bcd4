"""What npm brings to the tests, as package-lock.json says: npm ci --ignore-scripts --prefix tests/npm (a Node of its own is among it)."""

from pathlib import Path

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"
NODE = next(MODULES.glob("node-*/bin/node"), None)
