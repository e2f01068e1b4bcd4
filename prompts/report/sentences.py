"""What a digest says in sentences, each made from counted facts only. English, plain text."""

from collections.abc import Sequence

from prompts.markup import count, euros
from prompts.report.shape import BUGS_OPEN, Digest, Fixed, Led, Shield, Thanked, Theme


def theme(one: Theme) -> str:
    """One sentence on how a theme goes and whom it concerns."""
    parts = [_movement(one), *_concerned(one)]
    return ", ".join(part for part in parts if part) + "."


def _movement(one: Theme) -> str:
    who = count(one.customers, "customer") if one.customers else "somebody we do not know"
    usual = f"{one.usual:.0f}" if one.usual == int(one.usual) else f"{one.usual:.1f}"
    if one.trend == "fixed":
        after = f" after {count(one.complaints, 'complaint')} from {who}" if one.complaints else ""
        return f"Fixed{_version(one)}{after}: nobody has complained since"
    if one.trend == "new":
        return f"New this week, from {who} in {count(one.complaints, 'complaint')}"
    if one.trend == "back again":
        after = f"it was fixed{_version(one)}" if one.was_fixed else "four quiet weeks"
        return f"Back again after {after}, from {who}"
    if one.trend in ("growing", "fading") and one.before:
        way = "Up" if one.trend == "growing" else "Down"
        return f"{way} from {usual} in a usual week to {who}"
    return f"{who[:1].upper()}{who[1:]} in {count(one.complaints, 'complaint')}, as in most weeks"


THANKED_MOST = 8


def thanks(those: Sequence[Thanked]) -> str:
    """Who found what got fixed: "Thanks to Ann Lee of Acme (2 bugs), Kim Doe of ours (1 bug) and 3 others."."""
    named = [f"{one.name} of {one.company or 'ours'} ({count(one.bugs, 'bug')})" for one in those[:THANKED_MOST]]
    others = len(those) - len(named)
    last = [count(others, "other")] if others else []
    parts = [*named, *last]
    return f"Thanks to {', '.join(parts[:-1])} and {parts[-1]}." if len(parts) > 1 else f"Thanks to {parts[0]}."


def _version(one: Theme) -> str:
    return f" in {one.fixed_in}" if one.fixed_in else ""


def _concerned(one: Theme) -> list[str]:
    """Loud against many, and what is at stake."""
    said: list[str] = []
    if one.trend == "fixed":
        return said
    if one.customers and one.complaints:
        if one.unflagged_customers == 0:
            said.append("only flagged ones so far" if one.customers > 1 else "a flagged one")
        elif one.unflagged_customers < one.customers:
            said.append(f"{one.unflagged_customers} of them not flagged")
    if one.renewals.customers:
        soon = one.renewals
        who = "" if one.customers == 1 else f"{soon.customers} of them "
        said.append(f"{who}with a renewal within {soon.days} days ({euros(soon.contract_value)} a year)")
    if one.lead_weeks is not None and one.lead_weeks >= 1 and not one.lead_open:
        said.append(f"told {one.lead_weeks:g} weeks earlier by flagged customers")
    return said


def helps(one: Theme) -> str:
    """What would help next, as something an engineer can do; empty where nothing is to be done."""
    opened = [bug for bug in one.bugs if bug.state in BUGS_OPEN]
    done = [bug for bug in one.bugs if bug.state in ("fixed", "released")]
    if one.drafts_waiting:
        return f"Nothing of yours: {count(one.drafts_waiting, 'customer message')} about the fix wait for the listener's approval."
    if one.trend == "fixed":
        return ""
    if one.trend == "back again" and done:
        return f"Look again at bug {done[0].id}: it was fixed and is reported anew."
    if proposed := [bug for bug in one.bugs if bug.state == "proposed"]:
        return f"Decide on the proposed bug {proposed[0].id}."
    if opened and not opened[0].due_on:
        return f"Name a date or a workaround for bug {opened[0].id}; customers are told before they ask again."
    if opened:
        return ""
    if done:
        return f"Ship the fix of bug {done[0].id}."
    if one.said == "by_design":
        return "A sentence on why it is so, for the listener to pass on."
    by_kind = {
        "bug": "File a bug: none is filed.",
        "usability": "Look at the examples together; the usability review has them by area.",
        "feature_request": "Say whether it is planned, later or never: each answer can be passed on.",
        "how_to": "Write the answer down once; it is then suggested in every reply.",
    }
    return by_kind.get(one.kind, "")


def fixed(one: Fixed) -> str:
    """What was fixed, and who was told."""
    version = f" in {one.version}" if one.version else ""
    if not one.customers:
        return f"Fixed{version}; no customer reported it."
    told = (
        f"{one.told} of {count(one.customers, 'customer')} told"
        if one.told < one.customers
        else ("its customer was told" if one.customers == 1 else f"all {one.customers} customers told")
    )
    return f"Fixed{version}, {told}" + (
        f", {count(one.waiting, 'draft')} waiting for approval." if one.waiting else "."
    )


def led(one: Led) -> str:
    """By how much flagged customers were first."""
    weeks = f"{one.weeks:g} week" + ("" if one.weeks == 1 else "s")
    return f"told by flagged customers for {weeks}, by nobody else yet" if one.open else f"{weeks} before anybody else"


def shield(one: Shield) -> str:
    """What the buffer kept from the core team."""
    kept = one.tickets - one.to_engineers
    return (
        f"The listener took {count(one.tickets, 'ticket')} with {count(one.messages, 'message')} from {count(one.customers, 'flagged customer')}; "
        f"{one.to_engineers or 'none'} of these reached engineers, {kept} did not."
    )


def everything(digest: Digest) -> list[str]:
    """Every sentence of a digest that is made from counts: what `--explain` recounts."""
    said = [one.sentence for one in digest.themes if one.sentence]
    said += [f"{one.bug}: {fixed(one)}" for one in digest.fixed]
    said += [f"{one.title}: {led(one)}" for one in digest.leads]
    return said + ([shield(digest.shield)] if digest.shield and digest.shield.tickets else [])
