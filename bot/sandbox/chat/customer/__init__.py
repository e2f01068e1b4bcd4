"""The people in the workspace: builds what Slack sends for them, and sends it signed."""

from bot.sandbox.chat.customer.actions import (
    block_actions,
    form_of,
    global_shortcut,
    message_shortcut,
    slash_command,
    view_closed,
    view_submission,
)
from bot.sandbox.chat.customer.events import (
    Payload,
    Place,
    app_home_opened,
    app_mention,
    bot_message,
    event_callback,
    member_joined_channel,
    message,
    message_changed,
    message_deleted,
    new_event_id,
    new_ts,
    url_verification,
)
from bot.sandbox.chat.customer.sender import SLACKS_RETRIES, Delivery, Sender, signed

__all__ = [
    "SLACKS_RETRIES",
    "Delivery",
    "Payload",
    "Place",
    "Sender",
    "app_home_opened",
    "app_mention",
    "block_actions",
    "bot_message",
    "event_callback",
    "form_of",
    "global_shortcut",
    "member_joined_channel",
    "message",
    "message_changed",
    "message_deleted",
    "message_shortcut",
    "new_event_id",
    "new_ts",
    "signed",
    "slash_command",
    "url_verification",
    "view_closed",
    "view_submission",
]
