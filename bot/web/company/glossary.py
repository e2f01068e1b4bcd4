"""The glossary: the product's areas and what goes wrong with them, as a table to edit."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk, Undo
from handlers.analysis.meaning import glossary
from handlers.company import gloss
from handlers.insights import group

router = APIRouter(prefix="/glossary")


@router.get("")
def show(console: Desk) -> HTMLResponse:
    """Your own concepts as a table to edit, and all that are in force."""
    own = gloss.own(console.uow)
    read, known = group.progress(console.uow)
    facts: dict[str, Any] = {
        "own": {row["concept"] for row in own},
        "rows": console.uow.glossary.rows,
        "read": read,
        "known": known,
    }
    return console.page("glossary.html", tab="rules", table=glossary.written(own) if own else EXAMPLE, **facts)


@router.get(".csv")
def export(console: Desk) -> Response:
    """All that are in force, as a table."""
    headers = {"content-disposition": 'attachment; filename="earshot-glossary.csv"'}
    return Response(glossary.written(console.uow.glossary.rows), media_type="text/csv; charset=utf-8", headers=headers)


@router.put("")
def change(console: Desk, table: Annotated[str, Form(max_length=2_000_000)]) -> Response:
    """The table is all there is of your own."""
    undo = _as_before(console)
    number = gloss.gloss(console.uow, table, console.my_id, replace=True)
    return console.did(f"Kept: {number} of your own. What was said before is read anew; themes stay.", undo=undo)


@router.delete("/{concept}")
def drop(console: Desk, concept: Annotated[str, Path(max_length=40)]) -> Response:
    """One of your own is let go."""
    undo = _as_before(console)
    gloss.drop(console.uow, concept, console.my_id)
    return console.did("Dropped.", undo=undo)


def _as_before(console: Desk) -> Undo:
    return {"method": "PUT", "url": "/glossary", "values": {"table": glossary.written(gloss.own(console.uow))}}


EXAMPLE = "concept,role,rarity,name_en,en,es,ja\n"
