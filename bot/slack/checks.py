"""What `earshot doctor` asks Slack: whether the token works, what it may do, and whether the desk's channel is there."""

from collections.abc import Iterator

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient

from bot.settings import Settings
from bot.slack.calls.web_api import WebApi
from handlers.errors import Refused, Unavailable

SCOPES = {
    "app_mentions:read": "hear when somebody mentions it",
    "channels:history": "hear messages in public channels",
    "channels:read": "know public channels by name",
    "chat:write": "answer",
    "commands": "offer /earshot and “Send to Earshot”",
    "groups:history": "hear messages in private channels",
    "groups:read": "know private channels by name",
    "im:history": "hear direct messages",
    "im:write": "call who is on call",
    "metadata.message:read": "find its own answers again after a crash",
    "users:read": "know who writes",
    "users:read.email": "tell staff and customers apart by address",
}
"""What the code needs, and what for."""
NICE = {
    "chat:write.customize": "answers by people carry their name in the text instead of as the sender",
    "chat:write.public": "it can answer only where it was invited",
    "files:write": "the digest comes without its chart",
    "links:read": "it does not see links to its console",
    "links:write": "links to its console are shown bare",
    "im:read": "it does not know direct conversations by name",
    "mpim:history": "it does not hear group direct messages",
    "reactions:read": "reactions (ticket, eyes, done) mean nothing to it",
}
"""What it can do without, and how it is then."""

Line = tuple[bool, str]


def check(settings: Settings) -> list[Line]:
    """(fine, sentence) for each thing that was looked at; the sentence says what to do where it is not."""
    if settings.slack_bot_token is None:
        return [(False, "SLACK_BOT_TOKEN is not set; it is under OAuth & Permissions of your Slack app.")]
    api = WebApi(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        home = api.home()
    except (Refused, Unavailable) as failure:
        refused = isinstance(failure, Refused) or isinstance(failure.__cause__, SlackApiError)
        todo = "Install the app again, and copy the token anew." if refused else "Look at the network."
        return [(False, f"{'Slack does not take SLACK_BOT_TOKEN: ' if refused else ''}{failure} {todo}")]
    lines = [(True, f"Slack knows Earshot in the workspace {home.team}.")]
    return [*lines, *_scopes(home.scopes), *_doors(settings), *_desk(settings, api)]


def _scopes(granted: frozenset[str]) -> Iterator[Line]:
    missing = {scope: purpose for scope, purpose in SCOPES.items() if scope not in granted}
    for scope, purpose in missing.items():
        yield False, f"The scope {scope} is missing, to {purpose}: add it under OAuth & Permissions and install again."
    for scope, without in NICE.items():
        if scope not in granted:
            yield True, f"Without the scope {scope} {without}."
    if not missing:
        yield True, "Every scope that is needed is granted."


def _doors(settings: Settings) -> Iterator[Line]:
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    if not app_token and not settings.slack_signing_secret:
        yield False, "Nothing can come in: set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTPS)."
    if app_token:
        try:
            client = WebClient(base_url=settings.slack_api_url, timeout=10, retry_handlers=[])
            client.apps_connections_open(app_token=app_token)
            yield True, "Socket Mode can be used."
        except SlackApiError as refusal:
            why = refusal.response.get("error")
            yield False, f"Socket Mode cannot be used ({why}): SLACK_APP_TOKEN needs the scope connections:write."
        except OSError:
            yield False, "Socket Mode could not be tried: Slack cannot be reached."


def _desk(settings: Settings, api: WebApi) -> Iterator[Line]:
    channel = (settings.slack_desk_channel or "").rpartition("/")[2].removeprefix("slack:")
    if not channel:
        yield True, "No buffer channel is set; cards are only in App Home (EARSHOT_SLACK_DESK_CHANNEL)."
        return
    try:
        found = api.call("conversations.info", channel=channel)["channel"]
    except (Refused, Unavailable) as failure:
        yield False, f"EARSHOT_SLACK_DESK_CHANNEL {channel} cannot be reached: {failure}"
        return
    if found.get("is_ext_shared") or found.get("is_shared"):
        yield (
            False,
            f"#{found.get('name')} is shared with others: cards would be read by them. Choose a channel of your own.",
        )
    elif not found.get("is_member"):
        yield False, f"Earshot is not in #{found.get('name')}: invite it there with /invite @Earshot."
    else:
        yield True, f"Cards go to #{found.get('name')}."
