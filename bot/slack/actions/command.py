"""`/earshot`: the list, a ticket, a customer, flags. Seen only by who typed it."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.slack.actions import defect, home, known, referred
from bot.slack.blocks import pieces
from bot.slack.blocks.card import card_blocks, short_card
from bot.slack.blocks.pieces import Block, Shown
from bot.slack.house import House, Member
from handlers.customers import flag
from handlers.desk import away, card
from handlers.errors import NotFound, Refused
from handlers.insights import digest
from handlers.unit_of_work import UnitOfWork
from prompts import card as card_words
from prompts import slack as words
from prompts.report import slack_digest
from storage.accounts import customers
from storage.desk import tickets
from storage.insights import bugs, tallies, themes

SHOWN = 10


async def on_command(house: House, body: dict[str, Any]) -> Shown:
    """What the command says, in one answer."""
    name, _, rest = str(body.get("text") or "").strip().partition(" ")
    if name.lower() == "bug" and rest.strip().partition(" ")[0].lower() == "report":
        return Shown(await defect.on_shortcut(house, body, rest.strip().partition(" ")[2].strip()))
    member = await house.who(body)
    if member is None:
        return Shown(words.NOT_STAFF)
    ask = COMMANDS.get(name.lower())
    if ask is None:
        return Shown(words.HELP)
    try:
        member.check("insights" if name.lower() in FOR_ENGINEERS else "desk")
        return await house.run(ask, member, rest.strip())
    except Refused as refusal:
        return Shown(str(refusal))


def _list(uow: UnitOfWork, member: Member, view: str) -> Shown:
    facts = home.facts(uow, member, view, 0)
    if not facts.cards:
        return Shown(words.HOME_EMPTY)
    blocks: list[Block] = []
    for one in facts.cards[:SHOWN]:
        blocks += [*short_card(one, member.name), pieces.divider()]
    if (more := facts.counts[view] - len(facts.cards)) > 0:
        blocks.append(pieces.context(words.HOME_MORE.format(count=f"{more:,}")))
    return Shown("\n".join(card_words.headline(one) for one in facts.cards[:SHOWN]), blocks)


def _ticket(uow: UnitOfWork, member: Member, rest: str) -> Shown:
    facts = card.facts(uow, referred.by_reference(uow, rest))
    return Shown(card_words.headline(facts), card_blocks(facts, member.name))


def _customer(uow: UnitOfWork, _member: Member, rest: str) -> Shown:
    customer = customers.by_key(uow.db, rest)
    if customer is None or customer.id is None:
        raise NotFound(words.NO_CUSTOMER.format(key=pieces.cut(rest, 40)))
    lines = known.lines(uow, customer)
    return Shown(lines[0], [pieces.section(line) for line in lines])


def _flag(uow: UnitOfWork, member: Member, rest: str) -> Shown:
    key, _, why = rest.partition(" ")
    kept = flag.flag(uow, key, by=member.name, why=re.sub(r"^because\s+", "", why.strip()))
    name = customers.get(uow.db, kept.customer_id).name
    return Shown(card_words.flagged(name, kept.expires_at, kept.why))


def _unflag(uow: UnitOfWork, member: Member, rest: str) -> Shown:
    key, _, why = rest.partition(" ")
    flag.unflag(uow, key, by=member.name, why=re.sub(r"^because\s+", "", why.strip()))
    customer = customers.by_key(uow.db, key)
    return Shown(card_words.unflagged(customer.name if customer else key))


def _bug(uow: UnitOfWork, _member: Member, rest: str) -> Shown:
    if rest:
        digits = re.fullmatch(r"(?:[A-Za-z]+-)?(\d{1,12})", rest)
        ticket = tickets.by_number(uow.db, int(digits[1])) if digits else None
        found = [bugs.get(uow.db, ticket.bug_id)] if ticket and ticket.bug_id else []
    else:
        found = bugs.unfinished(uow.db)
    sizes, shown = tallies.of_bugs(uow.db), []
    for one in found[:SHOWN]:
        size = sizes.get(one.id or 0, (0, 0))
        shown.append(
            f"{words.told(one.title, f'{uow.console_url}/bugs/{one.id}', *size)}, {one.state.replace('_', ' ')}"
        )
    return _lines(shown, words.NO_BUG)


def _theme(uow: UnitOfWork, _member: Member, rest: str) -> Shown:
    found = themes.named(uow.db, rest) if rest else themes.living(uow.db)
    sizes = tallies.of_themes(uow.db)
    told = [(sizes[one.id or 0], one) for one in found if one.id in sizes]
    told.sort(key=lambda pair: (-pair[0].customers, -pair[0].tickets))
    url = f"{uow.console_url}/themes"
    return _lines(
        [words.told(one.name, f"{url}/{one.id}", size.customers, size.tickets) for size, one in told[:SHOWN]],
        words.NO_THEME,
    )


def _digest(uow: UnitOfWork, _member: Member, _rest: str) -> Shown:
    week = digest.read(uow)
    return Shown(slack_digest.summary(week), pieces.within(slack_digest.as_slack(week), 50))


def _away(uow: UnitOfWork, member: Member, rest: str) -> Shown:
    if rest == "back":
        away.back(uow, member.id)
        return Shown(words.BACK)
    until = _until(uow, rest)
    freed = away.away(uow, member.id, until)
    return Shown(words.AWAY.format(until=words.moment(until), freed=len(freed)))


def _until(uow: UnitOfWork, rest: str) -> datetime:
    if rest.isdecimal() and 0 < int(rest[:4]) <= 1000:
        return uow.now() + timedelta(hours=int(rest[:4]))
    try:
        return datetime.combine(date.fromisoformat(rest), time(9), ZoneInfo(uow.policy.time_zone))
    except ValueError:
        raise Refused(words.AWAY_HOW) from None


def _lines(lines: list[str], nothing: str) -> Shown:
    return Shown("\n".join(lines), [pieces.section("\n".join(lines))]) if lines else Shown(nothing)


FOR_ENGINEERS = ("bug", "theme", "digest", "away", "help")
COMMANDS: dict[str, Callable[[UnitOfWork, Member, str], Shown]] = {
    "queue": lambda uow, member, _: _list(uow, member, "buffer"),
    "mine": lambda uow, member, _: _list(uow, member, "mine"),
    "ticket": _ticket,
    "customer": _customer,
    "flag": _flag,
    "unflag": _unflag,
    "bug": _bug,
    "theme": _theme,
    "digest": _digest,
    "away": _away,
    "help": lambda uow, member, _: Shown(words.HELP),
}
