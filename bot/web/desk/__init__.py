"""The listener's desk: the list, the ticket page, and every button on them."""

from fastapi import APIRouter

from bot.web.desk import actions, inbox, ticket, words

router = APIRouter()
for part in (inbox, ticket, actions, words):
    router.include_router(part.router)
