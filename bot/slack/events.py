"""Slack's events read into our own terms: what came in, what changed, what is none of our business."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from bot.slack.text import mentioned, plain
from handlers.errors import Refused
from handlers.intake.receive import Author, Incoming

SPOKEN = (None, "file_share", "thread_broadcast", "me_message")
"""Subtypes that are somebody saying something."""
INTERACTIONS = ("block_actions", "view_submission", "view_closed", "message_action", "shortcut", "block_suggestion")
IN_FLIGHT_SECONDS = 600
"""An edit of a message we never got, no older than this, stands for the message itself."""

Stamp = Annotated[str, Field(pattern=r"^\d{1,11}\.\d{1,9}$")]
SlackId = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,32}$")]
Shape = TypeVar("Shape", bound=BaseModel)


class File(BaseModel):
    """A file that came with a message; Slack keeps the bytes."""

    id: str = ""
    name: str | None = None
    mimetype: str | None = None
    size: int | None = None
    permalink: str | None = None


class Said(BaseModel):
    """A message as Slack tells of it, in an event, inside an edit, or under a shortcut."""

    ts: Stamp
    user: SlackId | None = None
    text: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    thread_ts: Stamp | None = None
    username: str | None = None
    team: str | None = None
    user_team: str | None = None
    source_team: str | None = None
    files: list[File] | None = None
    attachments: list[dict[str, Any]] | None = None
    user_profile: dict[str, Any] | None = None
    root: dict[str, Any] | None = None


class Told(BaseModel):
    """An event about a message: the message itself, or what became of an earlier one."""

    type: str
    channel: SlackId
    subtype: str | None = None
    hidden: bool = False
    deleted_ts: Stamp | None = None
    event_ts: Stamp | None = None
    message: Said | None = None


class Authorization(BaseModel):
    """For whom Slack sends an event."""

    team_id: str | None = None
    user_id: str | None = None
    is_bot: bool = False


class Envelope(BaseModel):
    """What is around an event."""

    team_id: SlackId
    event: dict[str, Any]
    context_team_id: SlackId | None = None
    authorizations: list[Authorization] | None = None

    @property
    def home(self) -> str:
        """The workspace the app is installed in."""
        mine = next((one.team_id for one in self.authorizations or () if one.team_id), None)
        return mine or self.context_team_id or self.team_id

    @property
    def bot(self) -> str | None:
        """The app's own user there."""
        return next((one.user_id for one in self.authorizations or () if one.is_bot), None)


class Named(BaseModel):
    """Anything with an id."""

    id: SlackId


class Interaction(BaseModel):
    """A press, a modal, a shortcut: what must be there for anything to look into it."""

    type: str
    user: Named
    team: dict[str, Any] | None = None
    channel: dict[str, Any] | None = None
    view: dict[str, Any] | None = None
    actions: list[dict[str, Any]] | None = None


class Command(BaseModel):
    """A slash command."""

    command: str
    text: str = ""
    team_id: SlackId
    user_id: SlackId
    channel_id: SlackId


class Joined(BaseModel):
    """Somebody came into a channel."""

    user: SlackId
    channel: SlackId


class Opened(BaseModel):
    """Somebody looks at the app's home."""

    user: SlackId
    tab: str = "home"


def admit(payload: dict[str, Any]) -> str:
    """What kind of payload this is: its type, or "command". Raises Refused where it lacks what its kind must have."""
    if "command" in payload:
        shaped(Command, payload)
        return "command"
    kind = payload.get("type")
    if not isinstance(kind, str):
        raise Refused("This is no request of Slack's.")
    if kind == "event_callback":
        envelope = shaped(Envelope, payload)
        if not isinstance(envelope.event.get("type"), str):
            raise Refused("The event has no type.")
    elif kind in INTERACTIONS:
        shaped(Interaction, payload)
    return kind


def read_message(
    event: dict[str, Any], team_id: str, names: Mapping[str, str] | None = None, *, handed_in: bool = False
) -> Incoming | None:
    """What somebody said, in our own terms; None for bots, chores and kinds we do not know. Raises Refused if malformed.

    `team_id` is the workspace the app is installed in; the writer's may be another one (Slack Connect).
    """
    if event.get("subtype") not in SPOKEN and not handed_in:
        return None
    if (event.get("bot_id") or event.get("user") == "USLACKBOT") and not handed_in:
        return None
    told, said = shaped(Told, event), shaped(Said, event)
    if said.user is None and not handed_in:
        raise Refused("The message has no writer.")
    return incoming(said, told.channel, team_id, event, names, handed_in=handed_in)


def incoming(
    said: Said,
    channel: str,
    team_id: str,
    raw: dict[str, Any],
    names: Mapping[str, str] | None = None,
    *,
    handed_in: bool = False,
) -> Incoming:
    """A message of a channel as `receive` takes it."""
    return Incoming(
        door="slack",
        external_id=address(team_id, channel, said.ts),
        place=f"slack:{team_id}/{channel}",
        text=words(said, names or {}),
        sent_at=moment(said.ts) or datetime.fromtimestamp(0, UTC),
        author=_author(said, team_id, names or {}),
        thread=address(team_id, channel, said.thread_ts) if said.thread_ts not in (None, said.ts) else None,
        files=tuple(_file(one) for one in said.files or ()),
        raw=raw,
        handed_in=handed_in,
        mentions=tuple(f"{team_id}/{one}" for one in mentioned(said.text or "")),
    )


def read_edit(event: dict[str, Any]) -> tuple[str, Said | None]:
    """A `message_changed` or `message_deleted`: (ts of the message, what it says now or None). Raises Refused."""
    told = shaped(Told, event)
    if told.subtype == "message_deleted":
        if told.deleted_ts is None:
            raise Refused("The deletion names no message.")
        return told.deleted_ts, None
    if told.message is None:
        raise Refused("The edit has no message.")
    return told.message.ts, None if told.message.subtype == "tombstone" else told.message


def late(event: dict[str, Any], said: Said) -> bool:
    """True if this edit can be the first we hear of a message somebody wrote just now."""
    spoken = said.user and not said.bot_id and said.subtype in SPOKEN
    written = float(event.get("event_ts") or event.get("ts") or 0)
    return bool(spoken) and written - float(said.ts) <= IN_FLIGHT_SECONDS


def address(team_id: str, channel: str, ts: str | None) -> str:
    """What we call a message: `T1/C1/1700000000.000100`."""
    return f"{team_id}/{channel}/{ts}"


def moment(ts: str) -> datetime | None:
    """The time that a Slack timestamp names; None if it is none."""
    return datetime.fromtimestamp(float(ts), UTC) if re.fullmatch(r"\d{1,11}\.\d{1,9}", ts) else None


def words(said: Said, names: Mapping[str, str]) -> str:
    """What was said; where the text is empty, what is attached (a forwarded message, a form)."""
    attached = (str(one.get("text") or one.get("fallback") or "") for one in said.attachments or ())
    text = said.text or "\n\n".join(filter(None, attached))
    return plain(text, names).strip()


def shaped(shape: type[Shape], event: dict[str, Any]) -> Shape:
    """The event in the shape we know. Raises Refused, naming what is wrong."""
    try:
        return shape.model_validate(event)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Refused(f"The {where or 'event'} of this event is malformed.") from None


def _author(said: Said, team_id: str, names: Mapping[str, str]) -> Author:
    home = said.user_team or said.team or said.source_team or team_id
    home = home if re.fullmatch("[A-Z0-9]{1,32}", home) else team_id
    profile = said.user_profile or {}
    told = profile.get("real_name") or profile.get("display_name") or said.username
    name = str(told or names.get(said.user or "", ""))
    return Author(name=name, slack_id=f"{home}/{said.user}" if said.user else None, team=home if said.user else None)


def _file(file: File) -> dict[str, Any]:
    shown = {"id": file.id, "name": file.name or "file", "media_type": file.mimetype, "size": file.size}
    return {**shown, "url": file.permalink}
