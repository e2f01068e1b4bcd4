"""The listener's desk: the list, the ticket page, and every button on them."""

from fastapi import APIRouter

from bot.web.desk import actions, bulk, day, here, inbox, marks, ratings, stock, ticket, translation, words

router = APIRouter()
for part in (inbox, ticket, actions, marks, words, stock, bulk, here, day, ratings, translation):
    router.include_router(part.router)
