"""The listener's desk: the list, the ticket page, and every button on them."""

from fastapi import APIRouter

from bot.web.desk import actions, bulk, here, inbox, marks, stock, ticket, words

router = APIRouter()
for part in (inbox, ticket, actions, marks, words, stock, bulk, here):
    router.include_router(part.router)
