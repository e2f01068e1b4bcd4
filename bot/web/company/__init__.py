"""Whom we serve and how we work: customers, strangers, rules, policy."""

from fastapi import APIRouter

from bot.web.company import audit, customers, levels, people, policy, rules

router = APIRouter()
for part in (audit, customers, people, rules, levels, policy):
    router.include_router(part.router)
