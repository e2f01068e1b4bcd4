"""What a new issue of the project needs: read from Jira's create metadata, asked for before anything is sent."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.trackers.jira.rich_text import document
from bot.trackers.wire import Wire
from handlers.errors import Refused
from handlers.tracking import Wanted, needed

OURS = ("project", "issuetype", "summary", "description", "labels", "reporter", "attachment", "issuelinks", "parent")
"""Fields that the bug itself fills, or nobody needs to."""
KEPT_SECONDS = 600.0


class Fields:
    """The fields of one issue type in one project, remembered for ten minutes."""

    def __init__(self, wire: Wire, project: str, issue_type: str, now: Callable[[], float]) -> None:
        self._wire, self._project, self._issue_type, self._now = wire, project, issue_type, now
        self._known: list[dict[str, Any]] | None = None
        self._read_at = 0.0

    def wanted(self) -> list[Wanted]:
        """The fields beyond title and text."""
        return [
            Wanted(
                id=str(one["fieldId"]),
                name=str(one.get("name") or one["fieldId"]),
                required=bool(one.get("required")) and not one.get("hasDefaultValue"),
                choices=[_called(choice) for choice in one.get("allowedValues") or [] if isinstance(choice, dict)],
            )
            for one in self._all()
        ]

    def filled(self, given: Mapping[str, str] | None) -> dict[str, Any]:
        """The given values in Jira's shapes. Raises Refused with a question where one is missing or is no choice."""
        values = {name: value for name, value in (given or {}).items() if value}
        if question := needed(self.wanted(), values):
            raise Refused(question)
        return {one["fieldId"]: _shaped(one, values[one["fieldId"]]) for one in self._all() if one["fieldId"] in values}

    def type_id(self) -> str:
        """The id of the issue type. Raises Refused if the project has none of that name."""
        found = self._wire.one("GET", f"/rest/api/3/issue/createmeta/{self._project}/issuetypes")
        kinds = {str(one.get("name")): str(one.get("id")) for one in found.get("issueTypes", found.get("values", []))}
        if self._issue_type not in kinds:
            listed = ", ".join(kinds) or "none"
            raise Refused(f"The Jira project {self._project} has no issue type {self._issue_type}; it has {listed}.")
        return kinds[self._issue_type]

    def forget(self) -> None:
        """What was known may be no longer true."""
        self._known = None

    def _all(self) -> list[dict[str, Any]]:
        if self._known is None or self._now() > self._read_at + KEPT_SECONDS:
            place = f"/rest/api/3/issue/createmeta/{self._project}/issuetypes/{self.type_id()}"
            told = self._wire.one("GET", place, params={"maxResults": 200})
            listed = told.get("fields", told.get("results"))
            if not isinstance(listed, list):
                raise self._wire.odd()
            self._known = [one for one in listed if isinstance(one, dict) and one.get("fieldId") not in (None, *OURS)]
            self._read_at = self._now()
        return self._known


def _called(choice: dict[str, Any]) -> str:
    return str(choice.get("name") or choice.get("value") or choice.get("id") or "")


def _shaped(field: dict[str, Any], value: str) -> Any:
    """The value as the field's schema wants it."""
    schema = field.get("schema") or {}
    kind, items = schema.get("type"), schema.get("items")
    if kind == "array":
        parts = [part.strip() for part in value.split(",") if part.strip()]
        return parts if items == "string" else [_choice(field, part) for part in parts]
    if field.get("allowedValues"):
        return _choice(field, value)
    if kind == "number":
        try:
            return float(value)
        except ValueError:
            raise Refused(f"“{field.get('name')}” is a number in Jira; “{value}” is none.") from None
    if kind == "user":
        return {"accountId": value}
    long = str(schema.get("custom") or "").endswith(":textarea") or field["fieldId"] == "environment"
    return document(value) if long else value


def _choice(field: dict[str, Any], value: str) -> dict[str, str]:
    chosen = next((one for one in field.get("allowedValues") or [] if _called(one) == value), None)
    return {"id": str(chosen["id"])} if chosen and chosen.get("id") else {"name": value}
