"""Derived: what lists, counts and search read instead of a million rows. Triggers keep it true, whoever writes a ticket.

Nothing here is a source: it is made again from the tables, is in no backup, and stands outside of the migrations' sight,
which put it aside before they change a table and make it again afterwards.
"""

from sqlalchemy import Connection, inspect, text

TABLES = ("desk_tally", "search_due", "ticket_search")
PREFIX = "desk_"
"""How our indexes, triggers and functions begin."""

ACTIVE = "(state || '' IN ('open', 'waiting', 'engineering') AND NOT history)"
ASLEEP = "(state || '' = 'snoozed' AND NOT history)"
DONE = "(state || '' = 'resolved' AND NOT history)"
URGENCY = "CASE band WHEN 'certain' THEN 0 WHEN 'possible' THEN 1 ELSE 2 END"
DUE = "coalesce(due_at, '9999-12-31 00:00:00.000000')"
WHY = "CASE due_reason WHEN 'promise' THEN 0 WHEN 'first answer' THEN 1 ELSE 2 END"
HOLDER = "coalesce(assignee_id, 0)"
"""What the lists are ordered and chosen by, letter by letter as the indexes say it. A state is never compared alone there:
SQLite would take an index that begins with the state and sort, instead of the one that is in order."""

ORDERED = {
    "queue": ("queue", ACTIVE),
    "state": ("state", ACTIVE),
    "holder": (HOLDER, ACTIVE),
    "customer": ("customer_id", ACTIVE),
    "theme": ("theme_id", f"{ACTIVE} AND theme_id IS NOT NULL"),
    "language": ("language", ACTIVE),
}
BESIDE = "state, queue, band, assignee_id, language, history"
"""What a list that is narrowed is chosen by besides: read in the index, row by row, and no row of the table."""
NARROWED = ("customer", "theme", "language")
INDEXES = (
    {
        f"desk_by_{name}": f"ON ticket ({first}, ({URGENCY}), ({DUE}), ({WHY}), id) WHERE {where}"
        for name, (first, where) in ORDERED.items()
        if name not in NARROWED
    }
    | {
        f"desk_in_{name}": f"ON ticket ({first}, ({URGENCY}), ({DUE}), ({WHY}), id, {BESIDE}) WHERE {where}"
        for name, (first, where) in ORDERED.items()
        if name in NARROWED
    }
    | {
        "desk_by_urgency": f"ON ticket (({URGENCY}), ({DUE}), ({WHY}), id) WHERE {ACTIVE} AND band <> 'none'",
        "desk_by_person": 'ON event ("by", at) WHERE "by" IS NOT NULL',
        "desk_by_waking": f"ON ticket (snoozed_until, id) WHERE {ASLEEP}",
        "desk_by_waking_theme": f"ON ticket (theme_id, snoozed_until, id) WHERE {ASLEEP} AND theme_id IS NOT NULL",
        "desk_by_end": f"ON ticket (resolved_at, id) WHERE {DONE}",
        "desk_by_end_customer": f"ON ticket (customer_id, resolved_at, id) WHERE {DONE}",
        "desk_by_end_theme": f"ON ticket (theme_id, resolved_at, id) WHERE {DONE} AND theme_id IS NOT NULL",
        "desk_by_end_language": f"ON ticket (language, resolved_at, id) WHERE {DONE}",
    }
)
FORMER = tuple(f"desk_by_{name}" for name in NARROWED)
"""Indexes that were, of databases made before."""

SEARCHED = "customer_id, person_id, state, queue, assignee_id, theme_id, kind, language, band, bug_id, complaint, opened_at, extra"
TALLIED = "state, queue, band, assignee_id, language, history"
COLUMNS = "(state, queue, band, assignee, language, number)"
GROUPED = f"state, queue, band, {HOLDER}, language"
COUNTED = f"SELECT {GROUPED}, count(*) FROM ticket WHERE NOT history GROUP BY {GROUPED}"  # noqa: S608 words of ours


def keep(connection: Connection) -> None:
    """Make what is missing and fill it from the tables; the tally and the triggers are always made anew."""
    new = "ticket_search" not in inspect(connection).get_table_names()
    on_sqlite = connection.dialect.name == "sqlite"
    if new:
        for statement in SQLITE_SEARCH if on_sqlite else POSTGRES_SEARCH:
            connection.execute(text(statement))
        connection.execute(text("INSERT INTO search_due (ticket_id) SELECT id FROM ticket"))
    connection.execute(text("DROP TABLE IF EXISTS desk_tally"))
    connection.execute(text(SQLITE_TALLY if on_sqlite else POSTGRES_TALLY))
    connection.execute(text(f"INSERT INTO desk_tally {COLUMNS} {COUNTED}"))
    for name in FORMER:
        connection.execute(text(f"DROP INDEX IF EXISTS {name}"))
    for name, what in INDEXES.items():
        connection.execute(text(f"CREATE INDEX IF NOT EXISTS {name} {what}"))
    put_aside(connection)
    for statement in _triggers() if on_sqlite else [*FUNCTIONS, *_postgres_triggers()]:
        connection.exec_driver_sql(statement)


def kept(connection: Connection) -> bool:
    """True if everything is there."""
    return "desk_tally" in inspect(connection).get_table_names()


def put_aside(connection: Connection) -> None:
    """Drop the triggers: a table that is changed by being copied must not set them off, nor be missed by them."""
    if connection.dialect.name == "sqlite":
        listed = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'desk\\_%' ESCAPE '\\'"
        for name in connection.execute(text(listed)).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        return
    for name in FUNCTION_NAMES:
        connection.execute(text(f"DROP FUNCTION IF EXISTS {name}() CASCADE"))


def drop(connection: Connection) -> None:
    """Leave nothing of it."""
    put_aside(connection)
    for name in INDEXES:
        connection.execute(text(f"DROP INDEX IF EXISTS {name}"))
    for name in TABLES:
        connection.execute(text(f"DROP TABLE IF EXISTS {name}"))


TALLY = "CREATE TABLE desk_tally (state TEXT, queue TEXT, band TEXT, assignee INTEGER, language TEXT, number INTEGER NOT NULL"
SQLITE_TALLY = f"{TALLY}, PRIMARY KEY (state, queue, band, assignee, language)) WITHOUT ROWID"
POSTGRES_TALLY = f"{TALLY})"
SQLITE_SEARCH = (
    "CREATE TABLE search_due (id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL)",
    "CREATE VIRTUAL TABLE ticket_search USING fts5(words, tokenize = \"unicode61 remove_diacritics 0 tokenchars '='\")",
)
POSTGRES_SEARCH = (
    "CREATE TABLE search_due (id BIGSERIAL PRIMARY KEY, ticket_id INTEGER NOT NULL)",
    "CREATE TABLE ticket_search (ticket_id INTEGER PRIMARY KEY, words TSVECTOR NOT NULL)",
    "CREATE INDEX desk_words ON ticket_search USING gin (words)",
)

MESSAGE_WORDS = "text, deleted_at, ticket_id"
NOTE_WORDS = "text, ticket_id"


def _due(which: str) -> str:
    return f"INSERT INTO search_due (ticket_id) SELECT id FROM ticket WHERE {which};"  # noqa: S608 words of ours


def _one_due(row: str, column: str = "ticket_id") -> str:
    return f"INSERT INTO search_due (ticket_id) SELECT {row}.{column} WHERE {row}.{column} IS NOT NULL;"


def _counted(row: str, number: int, on_sqlite: bool) -> str:
    """One more or one less ticket of this kind. Postgres adds a line, so that nobody waits for anybody; `views.fold` adds them up."""
    values = f"SELECT {row}.state, {row}.queue, {row}.band, coalesce({row}.assignee_id, 0), {row}.language, {number} WHERE NOT {row}.history"
    again = " ON CONFLICT DO UPDATE SET number = number + excluded.number" if on_sqlite else ""
    return f"INSERT INTO desk_tally {COLUMNS} {values}{again};"


def _triggers() -> list[str]:
    def made(name: str, when: str, does: str) -> str:
        return f"CREATE TRIGGER desk_{name} AFTER {when} BEGIN {does} END"

    return [
        made("ticket_new", "INSERT ON ticket", _one_due("NEW", "id") + _counted("NEW", 1, True)),
        made("ticket_searched", f"UPDATE OF {SEARCHED} ON ticket", _one_due("NEW", "id")),
        made("ticket_moved", f"UPDATE OF {TALLIED} ON ticket", _counted("OLD", -1, True) + _counted("NEW", 1, True)),
        made("ticket_gone", "DELETE ON ticket", _one_due("OLD", "id") + _counted("OLD", -1, True)),
        made("message_new", "INSERT ON message", _one_due("NEW")),
        made("message_changed", f"UPDATE OF {MESSAGE_WORDS} ON message", _one_due("OLD") + _one_due("NEW")),
        made("note_new", "INSERT ON note", _one_due("NEW")),
        made("note_changed", f"UPDATE OF {NOTE_WORDS} ON note", _one_due("OLD") + _one_due("NEW")),
        made("customer_named", "UPDATE OF name, key ON customer", _due("customer_id = NEW.id")),
        made("person_named", "UPDATE OF name, email ON person", _due("person_id = NEW.id")),
        made("bug_named", "UPDATE OF external_key ON bug", _due("bug_id = NEW.id")),
    ]


def _function(name: str, does: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does} RETURN NULL; END $$"


_EITHER = "IF TG_OP <> 'INSERT' THEN {old} END IF; IF TG_OP <> 'DELETE' THEN {new} END IF;"
FUNCTIONS = (
    _function("desk_count_ticket", _EITHER.format(old=_counted("OLD", -1, False), new=_counted("NEW", 1, False))),
    _function("desk_index_ticket", _EITHER.format(old=_one_due("OLD", "id"), new=_one_due("NEW", "id"))),
    _function("desk_index_words", _EITHER.format(old=_one_due("OLD"), new=_one_due("NEW"))),
    _function("desk_index_customer", _due("customer_id = NEW.id")),
    _function("desk_index_person", _due("person_id = NEW.id")),
    _function("desk_index_bug", _due("bug_id = NEW.id")),
)
FUNCTION_NAMES = tuple(one.split("(")[0].split()[-1] for one in FUNCTIONS)


def _postgres_triggers() -> list[str]:
    def made(name: str, when: str, does: str) -> str:
        return f"CREATE TRIGGER desk_{name} AFTER {when} FOR EACH ROW EXECUTE FUNCTION {does}()"

    return [
        made("ticket_moved", f"INSERT OR DELETE OR UPDATE OF {TALLIED} ON ticket", "desk_count_ticket"),
        made("ticket_searched", f"INSERT OR DELETE OR UPDATE OF {SEARCHED} ON ticket", "desk_index_ticket"),
        made("message_changed", f"INSERT OR UPDATE OF {MESSAGE_WORDS} ON message", "desk_index_words"),
        made("note_changed", f"INSERT OR UPDATE OF {NOTE_WORDS} ON note", "desk_index_words"),
        made("customer_named", "UPDATE OF name, key ON customer", "desk_index_customer"),
        made("person_named", "UPDATE OF name, email ON person", "desk_index_person"),
        made("bug_named", "UPDATE OF external_key ON bug", "desk_index_bug"),
    ]
