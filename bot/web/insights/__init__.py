"""What it adds up to: alerts, themes, bugs, drafts, digests."""

from fastapi import APIRouter

from bot.web.insights import alerts, bugs, digests, drafts, filing, themes

router = APIRouter()
for part in (alerts, themes, filing, bugs, drafts, digests):
    router.include_router(part.router)
