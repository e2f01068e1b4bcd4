"""The support page: a door for customers, with nothing of ours on it but our answers."""

from bot.web.support.page import router

__all__ = ["router"]
