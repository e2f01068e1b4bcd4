"""What a vendor's own OpenAPI file says of a call: which operation it is, and what is wrong with what was sent or answered."""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SHARED = Path(__file__).parents[3] / "shared" / "data" / "specs"
JIRA = SHARED / "jira-cloud-v3.json"
GITHUB = Path(__file__).parent / "github-openapi.json"


class Described:
    """The calls that a file describes."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def operation(self, method: str, path: str) -> Any:
        """The operation of a concrete path; the template with most words of its own wins."""
        fitting = [
            template
            for template, operations in self._all["paths"].items()
            if method.lower() in operations
            and re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template)), path)
        ]
        assert fitting, f"{method} {path} is not described"
        return self._all["paths"][min(fitting, key=lambda template: template.count("{"))][method.lower()]

    def sent(self, method: str, path: str, query: Mapping[str, str], body: Any) -> list[str]:
        """What is wrong with a call."""
        operation = self.operation(method, path)
        known = {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "query"}
        wrong = [f"?{name} is unknown" for name in query if name not in known]
        for name, value in query.items():
            kind = known.get(name, {}).get("type")
            read = int(value) if kind == "integer" and value.isdecimal() else [value] if kind == "array" else value
            wrong += self.problems(known.get(name, {}), read)
        if body is None:
            return wrong
        if "requestBody" not in operation:
            return [*wrong, "it has no body"]
        return wrong + self.problems(self.schema(operation["requestBody"]), body)

    def answered(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer."""
        responses = self.operation(method, path)["responses"]
        if str(status) not in responses:
            return [f"status {status} is unknown"]
        told = responses[str(status)]
        return self.problems(self.schema(told), body) if "content" in told and body is not None else []

    def schema(self, content: Any) -> dict[str, Any]:
        """The schema of a JSON body."""
        found: dict[str, Any] = content["content"]["application/json"].get("schema", {})
        return found

    def problems(self, schema: dict[str, Any], body: Any) -> list[str]:
        """How `body` differs from `schema`; a field that an object does not have is a difference as well."""
        whole = {**schema, "components": self._all.get("components", {})}
        wrong = [f"{one.json_path}: {one.message}" for one in Draft202012Validator(whole).iter_errors(body)]
        named = self._resolved(schema).get("properties")
        if named and isinstance(body, dict):
            wrong += [f"{name} is no field of it" for name in body if name not in named]
        return wrong

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        found: dict[str, Any] = self._all["components"]["schemas"][name] if name else schema
        return found

    @cached_property
    def _all(self) -> Any:
        return _modern(json.loads(self._file.read_text(encoding="utf-8")))


def _modern(part: Any) -> Any:
    """OpenAPI 3.0's `nullable` in words that JSON Schema knows."""
    if isinstance(part, list):
        return [_modern(item) for item in part]
    if not isinstance(part, dict):
        return part
    plain = {name: _modern(value) for name, value in part.items() if name not in ("nullable", "example", "examples")}
    return {"anyOf": [plain, {"type": "null"}]} if part.get("nullable") is True else plain
