"""A week, and what is looked at anew as a whole: the digest, the themes, all meaning."""

from bot.engine import Run
from bot.flows.tickets import delivery_meant
from handlers.insights import digest, entitle, group


def week_ended(run: Run, week: str) -> None:
    """A week is over: keep its digest and post it, once, its themes below it. A model words it where there is one."""
    asked = run.step(digest.question, week)
    written = run.ask(digest.consult, asked) if asked else {}
    for delivery_id in run.step(digest.tell, week, written):
        delivery_meant(run, delivery_id)
    for delivery_id in run.call(digest.post_themes, week):
        delivery_meant(run, delivery_id)


def week_grouped(run: Run, week: str) -> None:
    """A week is over: all themes are looked at again, once. The long part happens with no transaction open."""
    asked = run.call(group.question, week)
    run.step(group.settle, week, run.ask(group.regroup, asked) if asked else None)


def theme_titled(run: Run, theme_id: int) -> None:
    """A model names a theme; without its word the machine's name stands."""
    asked = run.call(entitle.question, theme_id)
    if asked is not None:
        run.call(entitle.entitle, theme_id, asked["tickets"], run.ask(entitle.consult, asked))


def meanings_renewed(run: Run) -> None:
    """The embedder is another: all meaning is made anew, portion by portion. Themes stay what they are."""
    while (asked := run.call(group.stale)) is not None:
        run.call(group.renew, asked.others, run.ask(group.read_anew, asked))
