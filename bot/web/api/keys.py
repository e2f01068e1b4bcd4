"""Who calls: a bearer key per source."""

from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.web.needs import Work
from storage.accounts import access
from storage.accounts.access import ApiKey

_bearer = HTTPBearer(auto_error=False, description="A key made with `earshot keys issue SOURCE` or on the policy page.")


def _source(uow: Work, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> ApiKey:
    key = access.key_of(uow.db, given.credentials) if given else None
    if key is None:
        why = "This key is not known here, or was revoked." if given else "Send your key as `Authorization: Bearer …`."
        raise HTTPException(401, why, headers={"www-authenticate": 'Bearer realm="earshot"'})
    return key


Key = Annotated[ApiKey, Depends(_source)]


def place_of(key: ApiKey, customer: str | None = None, channel: str = "") -> str:
    """Where a source's messages are written, one place per customer and channel: `api:<source>/<customer>/<channel>`."""
    return f"api:{key.source}/{customer or ''}/{channel}" if customer is not None or channel else f"api:{key.source}/"
