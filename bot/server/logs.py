"""Log lines: text for people or JSON for programs, never with the words of a message or a secret."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from bot import walk

OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
QUIET = ("alembic", "httpx2", "httpcore2", "openai", "slack_sdk", "slack_bolt", "uvicorn", "asyncio")


def configure(level: str, form: Literal["text", "json"]) -> None:
    """Send every log line to stderr in one form. What libraries tell below a warning is left out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Text())
    handler.addFilter(_name_walk)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _name_walk(record: logging.LogRecord) -> bool:
    if walk.current() and not hasattr(record, "walk"):
        record.walk = walk.current()
    return True


def extras(record: logging.LogRecord) -> dict[str, object]:
    """What the line says beside its sentence."""
    return {name: value for name, value in vars(record).items() if name not in OWN and not name.startswith("_")}


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "says": record.getMessage(),
            **extras(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class Text(logging.Formatter):
    """`09:14:00 info earshot.engine: … name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone()
        more = "".join(f" {name}={value}" for name, value in extras(record).items())
        line = f"{at:%H:%M:%S} {record.levelname.lower()} {record.name}: {record.getMessage()}{more}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line
