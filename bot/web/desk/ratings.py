"""What customers said about how they were handled: by listener, by theme, and each word."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from bot.web.console import Desk
from storage.desk import ratings, tickets

DAYS = 90
router = APIRouter()


@router.get("/ratings")
def show(console: Desk) -> HTMLResponse:
    """The last three months."""
    db, since = console.uow.db, console.uow.now() - timedelta(days=DAYS)
    newest = ratings.newest(db)
    about = {one.id: one for one in tickets.by_ids(db, [rated.ticket_id for rated in newest])}
    facts: dict[str, Any] = {
        "newest": [(rated, about.get(rated.ticket_id)) for rated in newest],
        "tables": (
            ("By listener", "Listener", ratings.by_listener(db, since)),
            ("By theme", "Theme", ratings.by_theme(db, since)),
        ),
        "days": DAYS,
    }
    return console.page("ratings.html", tab="ratings", **facts)
