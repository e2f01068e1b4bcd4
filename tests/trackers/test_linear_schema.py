"""What we ask of Linear, held against Linear's own schema, where that is at hand."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.trackers.linear import queries
from tests.trackers.benches import bench, client
from tests.trackers.test_described import walked

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "specs" / "linear-schema.graphql"
pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason="needs Linear's schema in ../shared, which is not shipped")


@pytest.fixture(scope="module")
def schema() -> Any:
    from graphql import build_schema

    return build_schema(SCHEMA.read_text(), assume_valid=True)


def test_every_question_fits_linears_schema(schema: Any) -> None:
    from graphql import parse, validate

    wrong = {one: [error.message for error in validate(schema, parse(one))] for one in queries.ALL}
    assert {one: errors for one, errors in wrong.items() if errors} == {}


def test_what_a_walk_gives_with_each_question_fits_and_so_do_the_answers_of_the_stand_in(schema: Any) -> None:
    from graphql import execute_sync, parse

    asked: list[httpx2.Response] = []
    with bench("linear") as side:
        http = client(event_hooks={"response": [asked.append]})
        walked(side, side.tracker(http=http))
        for one in asked:
            one.read()
    told = [(json.loads(one.request.content), one.json()) for one in asked if one.request.method == "POST"]
    assert {question["operationName"] for question, _ in told} == {
        query.split("(", 1)[0].split("{", 1)[0].split()[1] for query in queries.ALL
    }
    for question, answer in told:
        query, given = parse(question["query"]), question["variables"]
        read = execute_sync(schema, query, root_value=answer["data"], variable_values=given)
        assert not read.errors, (question["operationName"], read.errors)
        assert read.data == answer["data"]
