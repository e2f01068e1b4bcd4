"""Where the tracker tells what happened to an issue: signed on the raw bytes, kept once, heard afterwards."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.web.needs import Earshot, earshot
from bot.web.problems import Problem
from handlers.bugs import listen
from handlers.errors import Refused
from handlers.tracking import Forged

PATH = "/hooks/tracker"
router = APIRouter()


@router.post(PATH)
async def told(request: Request) -> Response:
    """200 once it is kept, also for what is told again and for kinds that say nothing to us."""
    return await run_in_threadpool(_keep, earshot(request), dict(request.headers), await request.body())


def _keep(earshot: Earshot, headers: dict[str, str], body: bytes) -> Response:
    tracker = earshot.outside.tracker
    if tracker is None:
        return Problem(404, "No tracker is connected.")
    try:
        news = tracker.listen(headers, body)
    except Forged as forged:
        return Problem(401, str(forged))
    except Refused as refusal:
        return Problem(422, str(refusal))
    with earshot.work() as uow:
        listen.keep(uow, news)
    return Response(status_code=200)
