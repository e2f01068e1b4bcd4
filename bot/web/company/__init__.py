"""Whom we serve and how we work: customers, strangers, rules, policy."""

from fastapi import APIRouter

from bot.web.company import audit, customers, glossary, levels, people, policy, rules, welcome

router = APIRouter()
for part in (audit, customers, people, rules, glossary, levels, policy, welcome):
    router.include_router(part.router)
