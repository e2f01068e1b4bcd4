"""Pictures in messages: a block that carries a `chart` is drawn and put up; where that is not possible the words stand alone."""

import logging
from typing import Any

import httpx2

from bot.slack.calls.web_api import Code, WebApi
from handlers.errors import Refused, Unavailable
from prompts.report.chart import Row, picture

TIMEOUT_SECONDS = 10.0

Block = dict[str, Any]
log = logging.getLogger("earshot.slack")


def put_up(api: WebApi, blocks: list[Block]) -> list[Block]:
    """The blocks with each chart as a picture that Slack keeps; without it where Slack does not take one (scope files:write)."""
    return [shown for block in blocks if (shown := _shown(api, block) if "chart" in block else block)]


def _shown(api: WebApi, block: Block) -> Block | None:
    try:
        drawn = picture([Row(str(label), [int(week) for week in weeks]) for label, weeks in block["chart"]])
        place = api.call("files.getUploadURLExternal", filename="digest.png", length=len(drawn))
        httpx2.post(str(place["upload_url"]), content=drawn, timeout=TIMEOUT_SECONDS).raise_for_status()
        file = str(place["file_id"])
        api.call("files.completeUploadExternal", files=[{"id": file, "title": "Customers a week"}])
    except (Code, Refused, Unavailable, httpx2.HTTPError) as failure:
        log.info("a chart is not shown", extra={"why": type(failure).__name__})
        return None
    return {"type": "image", "alt_text": block["alt_text"], "slack_file": {"id": file}}
