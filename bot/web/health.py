"""Is it alive, is it ready?"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse

from bot.web.needs import Earshot, earshot
from storage import database, migrate

router = APIRouter()


@router.get("/healthz")
async def alive() -> JSONResponse:
    """The program answers."""
    return JSONResponse({"alive": True})


@router.get("/readyz")
def ready(here: Annotated[Earshot, Depends(earshot)]) -> JSONResponse:
    """The database answers, its tables are the newest, the engine works its queues; 503 with what is missing."""
    checks = {"database": True, "migrations": False, "engine": here.engine.running}
    try:
        with here.work() as uow:
            checks["migrations"] = migrate.at(uow.db.get_bind().engine) == migrate.newest()
    except (*database.Failure, TimeoutError):
        checks["database"] = False
    return JSONResponse({"ready": all(checks.values()), **checks}, 200 if all(checks.values()) else 503)
