"""Making and opening desks on a PostgreSQL server."""

import json
from collections.abc import Callable

from desktop_desk.desk.addresses import AtServer, password_in, shown_address
from desktop_desk.desk.ports import NewId
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.i18n import _
from desktop_desk.storage.database import unavailable
from desktop_desk.storage.identity import first_replica
from desktop_desk.storage.meta import FORMAT, format_of
from desktop_desk.storage.postgres import PostgresDatabase, connection_options
from desktop_desk.storage.postgres_schema import create_schema, drop_schema, table_names
from desktop_desk.storage.server_passwords import kept_password

OLDEST = 15
"""The oldest version of PostgreSQL that a desk runs on."""

_DESK = {"meta", "fact", "commits"}
"""Tables that a desk of every format has."""

EXAMPLE = "postgresql://name@server/database"


def make_on_server(url: str, new_id: NewId) -> PostgresDatabase:
    """Make a new, empty desk in a database's schema; Invalid when it has a desk or tables of that name already."""
    database = _reached(url)
    try:
        _refuse_unfit(database)
        with database.writing():
            create_schema(database)
            first_replica(database, new_id)
    except BaseException:
        database.close_thread()
        raise
    return database


def open_on_server(url: str, overhear: Callable[[str], None] | None = None) -> PostgresDatabase:
    """Open a desk on a server; StorageUnavailable says what is wrong with it."""
    database = _reached(url, overhear)
    try:
        _refuse_others(database)
        database.format = FORMAT
    except BaseException:
        database.close_thread()
        raise
    return database


def _refuse_others(database: PostgresDatabase) -> None:
    """StorageUnavailable for a schema that holds no desk, or one of a newer format."""
    if not _there(database) >= _DESK:
        others = _tables(database)
        if not others:
            reason = _("There is no desk in the database at {desk}: it is empty.")
            advice = _("Make a desk in it, or name another database.")
            raise StorageUnavailable("not_a_desk", reason.format(desk=database.address), advice)
        raise StorageUnavailable(
            "not_a_desk",
            _("The database at {desk} holds something else: {tables}.").format(
                desk=database.address, tables=", ".join(others[:3])
            ),
            _("Name the database of the desk, or an empty one for a new desk."),
        )
    if format_of(database) > FORMAT:
        raise unavailable("newer", database.address)


def whereabouts(url: str) -> tuple[str, str, str, str]:
    """Which server, port, database and options an address names: what is the same for everybody who uses it."""
    try:
        told = connection_options(url)
    except ValueError:
        return "", "", shown_address(url), ""
    database = str(told.get("dbname") or told.get("user") or "")
    return (
        str(told.get("host") or ""),
        str(told.get("port") or "5432"),
        database,
        str(told.get("options") or ""),
    )


def is_free(url: str) -> bool:
    """Whether there is room for a new desk: none of its tables is there."""
    database = _reached(url)
    try:
        return not _there(database)
    finally:
        database.close_thread()


def remove_from_server(url: str) -> None:
    """Take away a desk that could not be made whole."""
    database = _reached(url)
    try:
        drop_schema(database)
    finally:
        database.close_thread()


def look_at_server(url: str) -> AtServer:
    """What is in a database, without changing it; DeskError when no desk is there and none can be made there."""
    database = _reached(url)
    try:
        if not _there(database) >= _DESK:
            _refuse_unfit(database)
            return AtServer(False, database.server_version, others=tuple(_tables(database)))
        _refuse_others(database)
        told = database.value("SELECT fields FROM office WHERE kind = 'desk' ORDER BY id", default="{}")
        name = str(json.loads(told).get("name") or "")
        return AtServer(True, database.server_version, name)
    finally:
        database.close_thread()


def _reached(url: str, overhear: Callable[[str], None] | None = None) -> PostgresDatabase:
    """A connection; where the address brings no password and the server wants one, the keyring's."""
    try:
        database = PostgresDatabase(url, overhear)
    except ValueError as error:
        raise Invalid(
            "desk",
            _("This is no address of a PostgreSQL server."),
            _("Such as: {example}").format(example=EXAMPLE),
        ) from error
    try:
        database.connect()
    except StorageUnavailable as error:
        kept = "" if error.kind != "denied" or password_in(url) else kept_password(url)
        if not kept:
            raise
        database = PostgresDatabase(url, overhear, kept)
        database.connect()
    if database.server_version < OLDEST:
        database.close_thread()
        raise unavailable("old_server", database.address)
    return database


def _tables(database: PostgresDatabase) -> list[str]:
    """The tables in the schema."""
    sql = (
        "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))"
        " AND relkind = 'r' ORDER BY relname"
    )
    return [name for (name,) in database.rows(sql)]


def _there(database: PostgresDatabase) -> set[str]:
    """Which of a desk's tables are in the schema."""
    return set(_tables(database)) & set(table_names())


def _refuse_unfit(database: PostgresDatabase) -> None:
    """Invalid for a schema in which no desk can be made."""
    if database.value("SELECT current_schema()") is None:
        reason = _("There is no schema at {desk} in which tables can be made.")
        raise Invalid("desk", reason.format(desk=database.address), _("Make it first, or name another."))
    there = _there(database)
    if there >= _DESK:
        reason = _("There is already a desk at {desk}.")
        raise Invalid("desk", reason.format(desk=database.address), _("Open it, or name another database."))
    if there:
        reason = _("The database at {desk} already has tables of other programs: {tables}.")
        said = reason.format(desk=database.address, tables=", ".join(sorted(there)[:3]))
        raise Invalid("desk", said, _("Make an empty database for the desk."))
    if not database.value("SELECT has_schema_privilege(current_schema(), 'CREATE')"):
        user = database.value("SELECT current_user::text")
        reason = _("The user {user} may not make tables in the database at {desk}.")
        raise Invalid(
            "desk",
            reason.format(user=user, desk=database.address),
            _("Let whoever looks after the server make this user the owner of the database."),
        )
    if database.value("SHOW server_encoding") != "UTF8":
        reason = _("The database at {desk} cannot keep every letter: its encoding is not UTF8.")
        raise Invalid("desk", reason.format(desk=database.address), _("Make one with ENCODING 'UTF8'."))
