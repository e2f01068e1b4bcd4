"""Whom we serve and how we work: customers, strangers, rules, policy."""

from fastapi import APIRouter

from bot.web.company import audit, customers, glossary, language, levels, people, policy, rules, welcome

router = APIRouter()
for part in (audit, customers, people, rules, glossary, language, levels, policy, welcome, language):
    router.include_router(part.router)
