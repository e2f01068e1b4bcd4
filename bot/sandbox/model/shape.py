"""JSON Schema, as much of it as structured answers use: what a schema demands, and whether a value keeps to it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
Rule = Callable[[tuple[str, ...], Schema], Any]

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool,
    "null": type(None),
}  # fmt: skip


class UnusableSchemaError(Exception):
    """A schema that strict mode refuses; the text is worded as OpenAI words it."""


def refuse_unless_strict(schema: Schema) -> None:
    """Strict mode's demands: the root is an object; every object is closed and requires all of its properties."""
    if schema.get("type") != "object":
        raise UnusableSchemaError(
            f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type', 'None')}\"'."
        )
    for place, part in _objects(schema, ()):
        if part.get("additionalProperties") is not False:
            raise UnusableSchemaError(
                f"In context={place}, 'additionalProperties' is required to be supplied and to be false."
            )
        if missing := [name for name in part.get("properties", {}) if name not in part.get("required", [])]:
            raise UnusableSchemaError(
                f"In context={place}, 'required' is required to be supplied and to be an array including every key in"
                f" properties. Missing '{missing[0]}'."
            )


def filled(schema: Schema, rule: Rule) -> Any:
    """A value that keeps to `schema`: what `rule(path, part)` says where that fits, else the plainest that does."""
    return _filled(schema, schema, (), rule)


def complaints(value: Any, schema: Schema) -> list[str]:
    """Where `value` does not keep to `schema`; empty if it does."""
    return list(_complaints(value, schema, schema, "$"))


def _filled(part: Schema, root: Schema, path: tuple[str, ...], rule: Rule) -> Any:
    part = _resolved(part, root)
    wanted = rule(path, part)
    if wanted is not None and not list(_complaints(wanted, part, root, "$")):
        return wanted
    if "const" in part:
        return part["const"]
    if "enum" in part:
        return part["enum"][0]
    for choice in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        if _resolved(choice, root).get("type") != "null":
            return _filled(choice, root, path, rule)
    kind = part.get("type")
    kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        return {name: _filled(one, root, (*path, name), rule) for name, one in part.get("properties", {}).items()}
    if kind == "array":
        one = _filled(part.get("items", {}), root, (*path, "[]"), rule) if part.get("minItems") else None
        return [one] * int(part.get("minItems", 0))
    if kind in ("number", "integer"):
        least = part.get("minimum", part.get("exclusiveMinimum", 0))
        return least + 1 if "exclusiveMinimum" in part else least
    return {"boolean": False, "null": None}.get(str(kind), "-" * int(part.get("minLength", 0)))


def _complaints(value: Any, part: Schema, root: Schema, place: str) -> Iterator[str]:
    part = _resolved(part, root)
    choices = (*part.get("anyOf", ()), *part.get("oneOf", ()))
    if choices and all(list(_complaints(value, choice, root, place)) for choice in choices):
        yield f"{place} fits none of the allowed shapes"
    kinds = part.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{place} is not of type {' or '.join(kinds)}"
        return
    if "enum" in part and value not in part["enum"]:
        yield f"{place} is none of {json.dumps(part['enum'])}"
    if "const" in part and value != part["const"]:
        yield f"{place} is not {json.dumps(part['const'])}"
    if isinstance(value, dict):
        yield from _object_complaints(value, part, root, place)
    elif isinstance(value, list):
        yield from _size(len(value), part, "Items", place)
        for number, item in enumerate(value):
            yield from _complaints(item, part.get("items", {}), root, f"{place}[{number}]")
    elif isinstance(value, str):
        yield from _size(len(value), part, "Length", place)
        if "pattern" in part and not re.search(part["pattern"], value):
            yield f"{place} does not match {part['pattern']}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        too_low = value < part.get("minimum", value) or value <= part.get("exclusiveMinimum", value - 1)
        if too_low or value > part.get("maximum", value) or value >= part.get("exclusiveMaximum", value + 1):
            yield f"{place} is out of range"


def _object_complaints(value: dict[str, Any], part: Schema, root: Schema, place: str) -> Iterator[str]:
    properties = part.get("properties", {})
    for name in part.get("required", ()):
        if name not in value:
            yield f"{place} lacks {name}"
    for name, item in value.items():
        if name in properties:
            yield from _complaints(item, properties[name], root, f"{place}.{name}")
        elif part.get("additionalProperties") is False:
            yield f"{place} has {name}, which is not foreseen"


def _size(size: int, part: Schema, of: str, place: str) -> Iterator[str]:
    if size < part.get(f"min{of}", 0) or size > part.get(f"max{of}", size):
        yield f"{place} has a size of {size}"


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES.get(kind, object))


def _resolved(part: Schema, root: Schema) -> Schema:
    while "$ref" in part:
        target: Any = root
        for step in str(part["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        part = {**target, **{name: value for name, value in part.items() if name != "$ref"}}
    return part


def _objects(part: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Schema]]:
    if isinstance(part, list):
        for number, item in enumerate(part):
            yield from _objects(item, (*place, str(number)))
    elif isinstance(part, dict):
        if part.get("type") == "object" or ("properties" in part and isinstance(part["properties"], dict)):
            yield place, part
        for name, item in part.items():
            if name not in ("enum", "const", "required", "examples", "default"):
                yield from _objects(item, (*place, name))
