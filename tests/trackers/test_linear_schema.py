"""What we ask of Linear, held against Linear's own schema, where that is at hand."""

from pathlib import Path

import pytest

from bot.trackers.linear import queries

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "specs" / "linear-schema.graphql"


@pytest.mark.skipif(not SCHEMA.exists(), reason="needs Linear's schema in ../shared, which is not shipped")
def test_every_question_fits_linears_schema() -> None:
    from graphql import build_schema, parse, validate

    schema = build_schema(SCHEMA.read_text(), assume_valid=True)
    wrong = {one: [error.message for error in validate(schema, parse(one))] for one in queries.ALL}
    assert {one: errors for one, errors in wrong.items() if errors} == {}
