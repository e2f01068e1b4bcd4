"""Outgoing webhook for alerts: a signed POST to whatever calls people (PagerDuty bridge, Opsgenie, a phone gateway).

Signed as the Standard Webhooks specification says: headers `webhook-id`, `webhook-timestamp`, `webhook-signature`, the last
being `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. The id is the marker by which the other side knows a repeat.
"""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import httpx2

from handlers.errors import Refused, Unavailable
from handlers.outside import Intent, Profile

TIMEOUT_SECONDS = 10.0


def signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` header; `timestamp` in epoch seconds."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


class WebhookChannel:
    """Says alerts by HTTP. `secret` as text; `whsec_` and base64, as the specification writes secrets, is understood."""

    def __init__(self, url: str, secret: str | None) -> None:
        self.url = url
        self._secret = _key(secret) if secret else None
        self._client = httpx2.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)

    def say(self, intent: Intent) -> str:
        """POST the alert; the receipt is its id. Raises Unavailable for network, 429 and 5xx, Refused for other answers."""
        message_id = f"{intent.key}:{hashlib.sha256(intent.text.encode()).hexdigest()[:12]}"
        content: dict[str, Any] = {
            "type": "level" if intent.purpose == "level" else "alert",
            "id": intent.key,
            "text": intent.text,
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        now = int(time.time())
        headers = {"content-type": "application/json", "webhook-id": message_id, "webhook-timestamp": str(now)}
        if self._secret:
            headers["webhook-signature"] = signature(self._secret, message_id, now, body)
        try:
            answer = self._client.post(self.url, content=body, headers=headers)
        except httpx2.TransportError as error:
            raise Unavailable(f"the alert webhook cannot be reached: {type(error).__name__}") from error
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unavailable(f"the alert webhook answered {answer.status_code}", _seconds(answer.headers))
        if answer.status_code >= 300:
            raise Refused(f"The alert webhook answered {answer.status_code}; check EARSHOT_ALERT_WEBHOOK_URL.")
        return message_id

    def profile(self, slack_id: str) -> Profile | None:
        """A webhook knows nobody."""
        return None


def _key(secret: str) -> bytes:
    if secret.startswith("whsec_"):
        return base64.b64decode(secret.removeprefix("whsec_"))
    return secret.encode()


def _seconds(headers: httpx2.Headers) -> float | None:
    value = headers.get("retry-after", "")
    return float(value) if value.isdigit() else None
