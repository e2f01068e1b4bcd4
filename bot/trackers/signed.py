"""Webhooks at the door: the signature over the raw bytes first, then JSON; times and words as trackers write them."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from handlers.errors import Refused
from handlers.tracking import Forged

OURS = re.compile(r"\(earshot-comment-\d+\)\s*$")
"""The marker that ends a comment which Earshot wrote."""


def opened(vendor: str, headers: Mapping[str, str], body: bytes, header: str, secret: str | None) -> dict[str, Any]:
    """The JSON object in `body` (or in the field `payload` of a form, as GitHub sends it unless told otherwise) whose HMAC-SHA256 under `secret` stands in `header` (with or without `sha256=`).

    Raises Forged where it does not, Refused where no secret is set or it is no JSON object.
    """
    if not secret:
        raise Refused(f"No secret is set for webhooks of {vendor}, so none is believed.")
    given = headers.get(header, "").strip().removeprefix("sha256=")
    right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(given.encode(), right.encode()):
        raise Forged(f"This is not signed with the secret that {vendor} shares with us.")
    try:
        read = json.loads(parse_qs(body)[b"payload"][0] if body.startswith(b"payload=") else body)
    except (ValueError, KeyError, RecursionError):
        raise Refused(f"{vendor} told something that is no JSON.") from None
    if not isinstance(read, dict):
        raise Refused(f"{vendor} told something that is no JSON object.")
    return read


def fingerprint(body: bytes) -> str:
    """A name for a webhook that has none: what it says."""
    return hashlib.sha256(body).hexdigest()[:32]


def moment(text: object) -> datetime | None:
    """A time as trackers write it (ISO 8601, or milliseconds since 1970), aware; None if it is none."""
    try:
        if isinstance(text, int | float):
            return datetime.fromtimestamp(text / 1000, UTC)
        read = datetime.fromisoformat(str(text))
    except (ValueError, OverflowError, OSError):
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def part(value: Any, *names: str) -> Any:
    """What stands under these names, one inside the other; None where something else does."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def word(value: Any) -> str | None:
    """A text that is not empty, else None."""
    return value.strip() or None if isinstance(value, str) else None
