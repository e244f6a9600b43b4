"""Guards: nothing but the journal writes a desk's tables, and facts are never changed.

A trigger on every table calls a function that only this program registers, and that says yes only within the
journal's own transaction. Other tools do not have the function, and are refused by SQLite itself.
"""

from desktop_desk.storage.orm import Model, SqliteDatabase
from desktop_desk.storage.tables import TABLES, FactRow

WRITING = "desk_writing"
PURGING = "desk_purging"

PERSON_WORDS = (
    "CREATE VIRTUAL TABLE person_words USING fts5(text, content='', contentless_delete=1, detail=full,"
    " tokenize='trigram remove_diacritics 1')"
)
"""Any three letters or digits of callers, by their id."""


def words_table(number: int) -> str:
    """The SQL of one range of the words of tickets and entries, by the arrival of their fact (words.py).

    Not guarded: a virtual table takes no trigger, and SQLite 3.53 crashes with triggers on the tables behind it. A
    spoilt index is found by `check --rebuild`, which mends it.
    """
    return (
        f"CREATE VIRTUAL TABLE words_{number} USING fts5(text, content='', contentless_delete=1, prefix='2 3',"
        " tokenize='unicode61 remove_diacritics 2')"
    )


def guard_statements() -> list[str]:
    """The SQL of every guard."""
    return [sql for table in TABLES for sql in _guards_of(table)]


def _guards_of(table: type[Model]) -> list[str]:
    name: str = table._meta.table_name
    return [
        f"CREATE TRIGGER guard_{name}_{action.lower()} BEFORE {action} ON {name} "
        f"WHEN NOT {PURGING if table is FactRow and action != 'INSERT' else WRITING}() "
        f"BEGIN SELECT RAISE(ABORT, 'only the journal writes this table'); END"
        for action in ("INSERT", "UPDATE", "DELETE")
    ]


def create_schema(db: SqliteDatabase) -> None:
    """Make every table, index, full-text table and guard in an empty database."""
    for table in TABLES:
        table._schema.__class__(table, db).create_all(safe=False)
    for sql in (words_table(0), PERSON_WORDS, *guard_statements()):
        db.execute_sql(sql)
