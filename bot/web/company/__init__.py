"""Whom we serve and how we work: customers, strangers, rules, policy."""

from fastapi import APIRouter

from bot.web.company import customers, people, policy, rules

router = APIRouter()
for part in (customers, people, rules, policy):
    router.include_router(part.router)
