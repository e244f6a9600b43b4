"""The store of one desk: the adapter behind the desk's ports, in a file or on a server."""

import logging
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop_desk.desk.directory import (
    Agent,
    Department,
    Directory,
    Mailbox,
    Replica,
    Role,
    Settings,
    Status,
    Team,
    Topic,
)
from desktop_desk.desk.ports import Clock, Draft, NewId, Position, Progress
from desktop_desk.domain.calendars import Calendar
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.domain.facts import EntityId, Fact
from desktop_desk.storage.attachments import Attachments
from desktop_desk.storage.checks import check_desk
from desktop_desk.storage.database import Database
from desktop_desk.storage.files import copy_desk
from desktop_desk.storage.holding import Holding
from desktop_desk.storage.identity import OwnReach, own_reach, remember, remember_committed
from desktop_desk.storage.journal import Journal
from desktop_desk.storage.logins import LoginTries
from desktop_desk.storage.logs import Logs
from desktop_desk.storage.mails import MailQueries
from desktop_desk.storage.meta import office_version
from desktop_desk.storage.news import NewsQueries
from desktop_desk.storage.outbox import Outbox
from desktop_desk.storage.people import PeopleQueries
from desktop_desk.storage.projector import Projector, office_rivals, office_rows
from desktop_desk.storage.redaction import Redacting
from desktop_desk.storage.reissue import Reissuing
from desktop_desk.storage.reports import ReportQueries
from desktop_desk.storage.tickets import TicketQueries

_log = logging.getLogger(__name__)


class WritingJournal(Journal):
    """The journal with its projections: an act and what it comes to are written together or not at all."""

    projector: Projector
    redacting: Redacting
    holding: Holding

    def append_acts(
        self, acts: Iterable[Sequence[Draft]], actor: EntityId | None, seen: Position | None = None
    ) -> list[Fact]:
        """Append acts and bring the projections up to date."""
        facts = self.redacting.after(super().append_acts(acts, actor, seen))
        self.projector.follow(facts)
        self.holding.after(facts)
        return facts


class Store:
    """Everything the desk keeps; safe to use from any thread, each with its own connection."""

    def __init__(self, database: Database, clock: Clock, new_id: NewId) -> None:
        self.database = database
        self._clock, self._new_id = clock, new_id
        self.journal = WritingJournal(database, clock, new_id)
        self.projector = Projector(database, self.journal, self.directory)
        self.journal.projector = self.projector
        self.journal.redacting = redacting = Redacting(database, self.journal)
        self.journal.holding = holding = Holding(
            database, self.journal, self.projector, redacting, self.directory
        )
        reissuing = Reissuing(database, self.journal, self.projector, new_id)
        self.memory: Path | None = None
        self._remembered: OwnReach | None = None
        self.log = Logs(
            database, self.journal, self.projector, holding, redacting, reissuing, clock, self.writing
        )  # fmt: skip
        self.tickets = TicketQueries(database, self.directory)
        self.people = PeopleQueries(database)
        self.news = NewsQueries(database)
        self.logins = LoginTries(database)
        self.reports = ReportQueries(database)
        self.attachments = Attachments(database)
        self.mails = MailQueries(database)
        self.outbox = Outbox(database)
        self._directory = Directory(version=-1)

    @property
    def look(self) -> int:
        """Of a copy of a backup to look at, in which nothing can be written: when that was made, ms; else 0."""
        return self.database.look

    def directory(self) -> Directory:
        """The office as it is now; read again only when somebody changed it."""
        version = office_version(self.database)
        known = self._directory
        if known.version != version:
            known = self._directory = read_directory(
                office_rows(self.database), version, office_rivals(self.database)
            )
        return known

    @contextmanager
    def writing(self) -> Generator[None]:
        """One durable transaction; what was remembered is forgotten when it fails."""
        if self.database.is_writing:
            yield
            return
        try:
            with self.database.writing():
                yield
                # On a server it would cost a way there and back for each act.
                known = self.memory is not None and self.database.dialect.name == "sqlite"
                reach = own_reach(self.database) if known else None
        except BaseException:
            self.journal.forget()
            self.projector.forget()
            self._directory = Directory(version=-1)
            raise
        if reach is not None and reach != self._remembered:
            self._remember(reach)

    @contextmanager
    def reading(self) -> Generator[None]:
        """One consistent view."""
        with self.database.reading():
            yield

    def check(self, *, rebuild: bool, progress: Progress | None) -> tuple[int, int, str, tuple[str, ...]]:
        """Tickets, facts, digest and problems; `rebuild` also makes every projection again and compares."""
        with self.writing() if rebuild else self.reading():
            return check_desk(
                self.database, self.journal, self.log, self.projector if rebuild else None, progress
            )

    def backup(self, target: Path) -> int:
        """Copy the desk into a new file and verify it; gives the number of facts."""
        if self.database.dialect.name == "sqlite":
            return copy_desk(self.database, target)
        from desktop_desk.storage.server_backups import copy_from_server  # noqa: PLC0415  makes a store itself

        return copy_from_server(self, target, self._clock, self._new_id)

    def scrub(self) -> None:
        """Let nothing that was purged stay in what the engine keeps beside the tables; after the purge is written."""
        with self.writing():
            self.attachments.drop_unnamed()
        self.database.scrub()

    def data_version(self) -> int:
        """A number that differs once another connection has committed."""
        self.database.connect()
        with self.database.translated():
            return self.database.version()

    def _remember(self, reach: OwnReach) -> None:
        """Let this machine know how far the log reaches, also when the program is killed."""
        self._remembered = reach
        try:
            if self.memory is not None:
                remember_committed(reach, self.memory)
        except OSError as error:
            # What was written is safe in the desk, and what a hub knows tells an older state of the file as well.
            _log.warning("not remembered how far the log reaches: %s", error)

    def leave(self) -> None:
        """Keep what this machine is to remember of the desk, before it is closed."""
        if self.memory is None or not self.database.is_connected:
            return
        try:
            with self.reading():
                remember(self.database, self.memory)
        except (OSError, StorageUnavailable) as error:
            # What a hub knows tells an older state of the file as well.
            _log.warning("not remembered how far the log reaches: %s", error)

    def close_thread(self) -> None:
        """Close this thread's connection."""
        self.database.close_thread()


def read_directory(
    rows: list[tuple[int, str, str, dict[str, Any], bool]], version: int,
    rivals: Mapping[str, tuple[str, ...]],
) -> Directory:  # fmt: skip
    """The office from its rows."""
    things: dict[str, list[Any]] = {}
    withdrawn: list[Any] = []
    calendars: dict[str, Calendar] = {}
    settings = Settings()
    for number, uid, kind, fields, is_withdrawn in rows:
        if kind == "calendar":
            # Also one whose making was undone: tickets that were given it keep it.
            calendars[uid] = Calendar.from_fields(fields)
        elif kind == "desk":
            settings = _settings(number, EntityId(uid), fields)
        elif kind in _MAKERS:
            kept = {**fields, "active": False} if is_withdrawn else fields
            made = _MAKERS[kind](number, EntityId(uid), kept)
            (withdrawn if is_withdrawn else things.setdefault(kind, [])).append(made)
    return Directory(
        agents=tuple(things.get("agent", ())),
        departments=tuple(things.get("department", ())),
        teams=tuple(things.get("team", ())),
        roles=tuple(things.get("role", ())),
        topics=tuple(things.get("topic", ())),
        statuses=tuple(things.get("status", ())),
        replicas=tuple(things.get("replica", ())),
        mailboxes=tuple(things.get("mailbox", ())),
        calendars=calendars,
        settings=settings,
        withdrawn=tuple(withdrawn),
        rivals=rivals,
        version=version,
    )


def _made(kind: Any, row: tuple[int, EntityId, Mapping[str, Any]], **more: object) -> Any:
    """A frozen office thing from the fields that it knows; others belong to newer versions."""
    number, uid, fields = row
    known = {name: value for name, value in fields.items() if name in kind.__slots__ and value is not None}
    return kind(**{**known, **more, "id": number, "uid": uid})


def _agent(number: int, uid: EntityId, fields: Mapping[str, Any]) -> Agent:
    roles = {
        name.removeprefix("role:"): role for name, role in fields.items() if name.startswith("role:") and role
    }
    notices = {
        name: str(value) for name, value in fields.items() if name.startswith("notice:") and value is not None
    }
    made: Agent = _made(Agent, (number, uid, fields), roles=roles, notices=notices)
    return made


def _team(number: int, uid: EntityId, fields: Mapping[str, Any]) -> Team:
    members = tuple(
        sorted(
            name.removeprefix("member:") for name, on in fields.items() if on and name.startswith("member:")
        )
    )
    made: Team = _made(Team, (number, uid, fields), members=members)
    return made


def _role(number: int, uid: EntityId, fields: Mapping[str, Any]) -> Role:
    made: Role = _made(Role, (number, uid, fields), permissions=frozenset(fields.get("permissions") or ()))
    return made


def _topic(number: int, uid: EntityId, fields: Mapping[str, Any]) -> Topic:
    required = tuple(fields.get("required_to_close") or ())
    made: Topic = _made(Topic, (number, uid, fields), required_to_close=required)
    return made


def _settings(_number: int, uid: EntityId, fields: Mapping[str, Any]) -> Settings:
    known: dict[str, Any] = {
        name: value for name, value in fields.items() if name in Settings.__slots__ and value is not None
    }
    known |= {"uid": uid, "required_to_close": tuple(fields.get("required_to_close") or ())}
    return Settings(**known)


_MAKERS: Mapping[str, Callable[[int, EntityId, Mapping[str, Any]], Any]] = {
    "agent": _agent,
    "department": lambda *row: _made(Department, row),
    "team": _team,
    "role": _role,
    "topic": _topic,
    "status": lambda *row: _made(Status, row),
    "replica": lambda *row: _made(Replica, row),
    "mailbox": lambda *row: _made(Mailbox, row),
}
