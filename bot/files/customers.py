"""Lines that are customers: `key,name,domains,plan,contract_value,renewal_on,language,time_zone,segment,channel`."""

from typing import Any

from pydantic import ValidationError

from bot.files.rows import Rejected, Row
from handlers.customers.keep import Card


def unknown(row: Row) -> set[str]:
    """Columns that say nothing we keep."""
    return {str(name) for name in row.fields if name not in Card.model_fields}


def read(row: Row) -> Card | Rejected:
    """The customer of a row, or why it is none. Several domains are separated by spaces, commas or semicolons."""
    said: dict[str, Any] = {name: row.fields[name] for name in Card.model_fields if row.fields.get(name)}
    if isinstance(said.get("domains"), str):
        said["domains"] = tuple(said["domains"].replace(",", " ").replace(";", " ").split())
    try:
        return Card.model_validate(said)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        return Rejected(row.number, f"{name}: {reason[0].lower()}{reason[1:]}", row.fields)
