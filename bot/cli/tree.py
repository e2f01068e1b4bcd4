"""All commands of `earshot`, a file per group. Nothing heavy is imported before a command runs."""

import typer

from bot.cli import bench, evaluate, ingest, running
from bot.cli.desk import customers, flags, rules, tickets
from bot.cli.insights import alerts, bugs, digest, glossary, review, themes
from bot.cli.operation import access, backup, doctor, migrate

EVERY_DAY, MEANING, OPERATION = "Customers and tickets", "What it adds up to", "Operation"

app = typer.Typer(
    name="earshot",
    help="A listener between demanding customers and a core team.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(running.run)
app.command()(running.demo)
app.command()(ingest.ingest)

app.add_typer(customers.app, name="customers", rich_help_panel=EVERY_DAY)
app.command(rich_help_panel=EVERY_DAY)(flags.flag)
app.command(rich_help_panel=EVERY_DAY)(flags.unflag)
app.add_typer(tickets.app, name="tickets", rich_help_panel=EVERY_DAY)
app.add_typer(rules.app, name="rules", rich_help_panel=EVERY_DAY)

app.command(rich_help_panel=MEANING)(digest.digest)
app.command(rich_help_panel=MEANING)(review.review)
app.add_typer(themes.app, name="themes", rich_help_panel=MEANING)
app.add_typer(glossary.app, name="glossary", rich_help_panel=MEANING)
app.add_typer(alerts.app, name="alerts", rich_help_panel=MEANING)
app.add_typer(bugs.app, name="bugs", rich_help_panel=MEANING)
app.add_typer(evaluate.app, name="eval", rich_help_panel=MEANING)

app.command(rich_help_panel=OPERATION)(doctor.doctor)
app.add_typer(migrate.app, name="migrate", rich_help_panel=OPERATION)
app.add_typer(backup.app, name="backup", rich_help_panel=OPERATION)
app.add_typer(access.staff, name="staff", rich_help_panel=OPERATION)
app.command("sign-in", rich_help_panel=OPERATION)(access.sign_in)
app.add_typer(access.keys, name="keys", rich_help_panel=OPERATION)
app.add_typer(bench.app, name="bench", rich_help_panel=OPERATION)
