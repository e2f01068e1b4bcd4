"""A company's own words: read as a table, in force at once, and what was said before is read anew."""

from collections.abc import Callable

import pytest

from bot import ticks
from bot.engine import Inline
from bot.wiring import Earshot
from handlers.analysis.meaning import glossary
from handlers.company import arrange, gloss
from handlers.customers import keep
from handlers.errors import NotFound, Refused
from handlers.insights import group
from handlers.intake.receive import Author, Incoming, receive
from storage.desk.tickets import Ticket
from storage.insights import themes

TABLE = """concept,role,rarity,name_en,name_de,en,es,ja,de
planner,area,5,Route planner,Tourenplaner,route planner*|planner,planificador*,配車,tourenplan*
stuck,symptom,4.2,gets stuck,hängt,hang*|stuck,colgad*|colgar*,止まり|固まり,hängt|hängen
"""


def write(earshot: Earshot, text: str, who: str) -> None:
    with earshot.work() as uow:
        keep.keep(uow, keep.Card(key=who, name=who.title()))
        ann = Author("Ann", f"ann@{who}.example")
        receive(uow, Incoming("support", f"T/{who}", f"support:{who}", text, uow.now(), ann, customer=who))
    assert isinstance(earshot.engine, Inline)
    earshot.engine.drain()


def test_a_table_comes_back_as_it_went_in() -> None:
    rows = glossary.read(TABLE)
    assert glossary.read(glossary.written(rows)) == rows
    known = glossary.with_own(rows)
    [planner] = [one for one in known.found("Der Tourenplaner ist weg") if known.roles[one] == "area"]
    assert (known.concepts[planner], known.name(planner, "de")) == ("planner", "Tourenplaner")
    assert planner in known.found("配車が止まります")
    assert glossary.with_own([]).version == glossary.default().version != known.version


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("area,en\nx,y\n", "must name the columns"),
        ("concept,english\nx,y\n", "no column “english”"),
        ("concept,role,en\nx,place,y\n", "line 2 has the role “place”"),
        ("concept,en\nBad Name,y\n", "line 2 needs a concept"),
        ("concept,rarity,en\nx,often,y\n", "line 2 has a rarity"),
        ("concept,en\nx,y\nx,z\n", "a concept has one line"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_the_line(wired: Earshot, table: str, why: str) -> None:
    with wired.work() as uow, pytest.raises(Refused, match=why):
        gloss.gloss(uow, table, None)


def test_new_words_are_in_force_at_once_and_what_was_said_before_is_read_anew(
    wire_on: Callable[..., Earshot], database_url: str
) -> None:
    earshot = wire_on(database_url, embeddings="lexical")
    write(earshot, "The route planner hangs again and nothing works", "c1")
    with earshot.work() as uow:
        assert gloss.gloss(uow, TABLE, None) == 2
        assert group.is_stale(uow)
        ticks.renew_meanings(uow)
    assert isinstance(earshot.engine, Inline)
    earshot.engine.drain()
    with earshot.work() as uow:
        assert not group.is_stale(uow)
    write(earshot, "El planificador se queda colgado otra vez, no funciona", "c2")
    with earshot.work() as uow:
        home = uow.ticket(1).theme_id
        assert home == uow.ticket(2).theme_id is not None
        assert themes.get(uow.db, home or 0).name == "Route planner: gets stuck"


def test_a_concept_of_ours_replaces_what_ships_and_is_dropped_again(wired: Earshot) -> None:
    with wired.work() as uow:
        shipped = len(uow.glossary.concepts)
        gloss.gloss(uow, "concept,en\nexport,\nours,ours\n", None)
        assert ("export" in uow.glossary.concepts, "ours" in uow.glossary.concepts) == (False, True)
        gloss.drop(uow, "export", None)
        assert ("export" in uow.glossary.concepts, len(uow.glossary.concepts)) == (True, shipped + 1)
        with pytest.raises(NotFound):
            gloss.drop(uow, "export", None)
        gloss.gloss(uow, "concept,en\nother,other\n", None, replace=True)
        assert [row["concept"] for row in gloss.own(uow)] == ["other"]


def ticket(earshot: Earshot, number: int) -> Ticket:
    with earshot.work() as uow:
        return uow.ticket(number)


def test_a_companys_own_words_for_what_goes_wrong_make_a_bug_of_what_nobody_understands(wired: Earshot) -> None:
    write(wired, "planner wubbling again", "acme")
    with wired.work() as uow:
        gloss.gloss(uow, TABLE + "wubble,symptom,5,wubbles,,wubbl*,,,\n", None)
    write(wired, "planner wubbling again", "globex")
    before, after = ticket(wired, 1), ticket(wired, 2)
    assert (before.unsure, after.kind, after.complaint) == (True, "bug", True)
    assert after.origins["kind"] == "rules"
    assert (before.extra.get("areas", []), after.extra["areas"]) == ([], ["planner"])


def test_a_rule_may_ask_which_part_of_the_product_is_named(wired: Earshot) -> None:
    with wired.work() as uow:
        gloss.gloss(uow, TABLE, None)
        arrange.add(uow, "the planner goes to Marc's list", {"area": ["planner"]}, "buffer")
    write(wired, "配車が止まります", "acme")
    write(wired, "The invoice is wrong.", "globex")
    assert (ticket(wired, 1).queue, ticket(wired, 2).queue) == ("buffer", "regular")
