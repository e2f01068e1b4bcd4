"""Every setting, read once from the environment or `.env`; a wrong value is refused at the start with its name."""

import os
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from handlers.errors import Refused


def _database(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")):
        raise ValueError("must start with sqlite:/// or postgresql://")
    return url.replace("postgres://", "postgresql://", 1)


def _listed(value: object) -> object:
    return tuple(one.strip() for one in value.split(",") if one.strip()) if isinstance(value, str) else value


class Settings(BaseSettings):
    """What can be set from outside. `.env.example` lists all of it with a sentence each."""

    model_config = SettingsConfigDict(env_prefix="EARSHOT_", env_file=".env", extra="ignore", populate_by_name=True)

    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///earshot.db"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"
    worker_id: str = "one"

    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: str = "https://slack.com/api/"
    slack_client_id: str | None = Field(default=None, validation_alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_CLIENT_SECRET")
    slack_authorize_url: str = "https://slack.com/openid/connect/authorize"
    slack_desk_channel: str | None = None

    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    model: str = "gpt-4o-mini"
    model_timeout_seconds: float = Field(default=30.0, gt=0)

    embeddings: Literal["auto", "endpoint", "local", "lexical"] = "auto"
    embedding_model: str | None = None
    embedding_gist: bool = False

    smtp_url: SecretStr | None = None
    mail_from: str | None = None

    tracker: Literal["local", "jira", "github", "linear", "redmine"] = "local"
    tracker_webhook_secret: SecretStr | None = None
    tracker_poll_seconds: float = Field(default=300.0, gt=0)
    tracker_pause_seconds: float = Field(default=60.0, gt=0)
    tracker_timeout_seconds: float = Field(default=15.0, gt=0)
    jira_url: str | None = None
    jira_email: str | None = None
    jira_token: SecretStr | None = None
    jira_project: str | None = None
    jira_issue_type: str = "Bug"
    jira_settle_seconds: float = Field(default=60.0, ge=0)
    github_repository: str | None = None
    github_token: SecretStr | None = None
    github_api_url: str = "https://api.github.com"
    linear_team: str | None = None
    linear_key: SecretStr | None = None
    linear_api_url: str = "https://api.linear.app/graphql"
    redmine_url: str | None = None
    redmine_key: SecretStr | None = None
    redmine_project: str | None = None
    redmine_tracker: str | None = None
    redmine_markdown: bool = False

    alert_webhook_url: str | None = None
    alert_webhook_secret: SecretStr | None = None
    digest_slack_channel: str | None = None

    languages: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ("en", "es", "ja", "de", "fr", "pt")

    @property
    def has_model(self) -> bool:
        """A key or an address of a model is set."""
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def has_slack_sign_in(self) -> bool:
        """True if people may sign in with Slack."""
        return bool(self.slack_client_id and self.slack_client_secret)

    @property
    def has_slack(self) -> bool:
        """A bot token is set."""
        return self.slack_bot_token is not None

    @property
    def base_url(self) -> str:
        """Where people reach the console."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def read(**overrides: object) -> Settings:
    """The settings. Raises Refused naming the setting that is wrong and what it must be."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "setting"
        shown = name if name.isupper() else f"EARSHOT_{name.upper()}"
        raise Refused(f"The setting {shown} is wrong: {first['msg'].removeprefix('Value error, ')}.") from None


def misspelt() -> list[str]:
    """Names that look like settings of ours, in the environment or in `.env`, and are none."""
    known = {f"EARSHOT_{name.upper()}" for name in Settings.model_fields}
    said = {*os.environ, *dotenv_values(".env")}
    return sorted(name for name in said if name.startswith("EARSHOT_") and name not in known)


def file_of(url: str) -> Path | None:
    """The SQLite file behind a database URL, None for a server or memory."""
    path = url.removeprefix("sqlite:///")
    return Path(path) if path != url and path not in ("", ":memory:") else None
