"""What it adds up to: alerts, themes, bugs, drafts, digests."""

from fastapi import APIRouter

from bot.web.insights import alerts, bugs, digests, drafts, filing, reviews, shield, themes, tracker

router = APIRouter()
for part in (shield, alerts, themes, filing, tracker, bugs, drafts, digests, reviews):
    router.include_router(part.router)
