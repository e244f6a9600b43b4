"""Mails: what each one's facts come to, and how channels and the quarantine read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop_desk.desk.channel_ports import MailRecord
from desktop_desk.domain.attachments import attached
from desktop_desk.domain.facts import EntityId, Fact, State
from desktop_desk.domain.mail import RAW_KIND, RAW_NAME
from desktop_desk.storage.attachment_rows import AttachmentRows
from desktop_desk.storage.database import Database, key_of
from desktop_desk.storage.journal import Journal
from desktop_desk.storage.tables import MailRow
from desktop_desk.storage.upserts import upsert

_MAIL = upsert(MailRow)
_COLUMNS = "id, uid, state, message_id, at, sender, subject, reason, ticket, entry, mailbox, sha, size, void"
_ROW = f"SELECT {_COLUMNS} FROM mail"
OUTGOING = {"mail_sent": "sent", "mail_failed": "failed"}


class MailRows:
    """Writes the rows of mails; the raw message of one that came in is kept, found and synced as a file is."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._db = database
        self._files = AttachmentRows(database, journal)

    def bring(self, entity: EntityId, arrival: int, facts: Sequence[Fact], state: State) -> None:
        """Write the row of a mail that came in."""
        made = next((fact for fact in facts if fact.verb == "mail_received"), None)
        if made is None:
            return
        raw = {"name": RAW_NAME, "mime": RAW_KIND, "sha": state.get("sha"), "size": state.get("size")}
        file = attached(raw)
        self._files.write(arrival, entity, 0, made, raw, void=False)
        row = (
            arrival, bytes.fromhex(entity), _text(state, "state") or "quarantined", _text(state, "message_id"), made.at,
            _text(state, "sender").casefold(), _text(state, "subject"), _text(state, "reason"), _key(state, "ticket"),
            _key(state, "entry"), _key(state, "mailbox"), bytes.fromhex(file.sha) if file else None,
            file.size if file else 0, int(state.withdrawn),
        )  # fmt: skip
        self._db.run(_MAIL, row)

    def bring_outgoing(
        self, entity: EntityId, arrival: int, ticket: EntityId, facts: Sequence[Fact], state: State
    ) -> None:
        """Write the row of an entry that was sent, or could not be."""
        told = [fact for fact in facts if fact.verb in OUTGOING]
        if not told:
            return
        newest = max(told, key=lambda fact: fact.rank)
        row = (
            arrival, bytes.fromhex(entity), OUTGOING[newest.verb], _text(state, "message_id"), newest.at, "", "",
            _text(state, "reason"), bytes.fromhex(ticket), bytes.fromhex(entity), None, None, 0,
            int(state.withdrawn),
        )  # fmt: skip
        self._db.run(_MAIL, row)

    def take_out(self, ticket: EntityId) -> None:
        """Remove what was written of a ticket's outgoing mails."""
        self._db.run(
            "DELETE FROM mail WHERE ticket = ? AND state IN ('sent', 'failed')", (bytes.fromhex(ticket),)
        )


class MailQueries:
    """Reads mails."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def by_uid(self, uid: EntityId) -> MailRecord | None:
        """A mail, or the entry that was sent as one, by its id."""
        row = self._db.row(f"{_ROW} WHERE uid = ?", (key_of(uid),))
        return None if row is None else _record(row)

    def by_message_id(self, message_id: str) -> tuple[MailRecord, ...]:
        """The mails with this Message-ID, without its angle brackets, oldest first."""
        return self._records(f"{_ROW} WHERE message_id = ? ORDER BY id", (message_id,))

    def in_state(self, state: str, limit: int) -> tuple[MailRecord, ...]:
        """The mails in one state, the newest first."""
        sql = f"{_ROW} WHERE state = ? AND void = 0 ORDER BY at DESC, id DESC LIMIT ?"
        return self._records(sql, (state, limit))

    def count_in_state(self, state: str, most: int) -> int:
        """How many mails are in one state, counted no further than that many."""
        sql = "SELECT COUNT(*) FROM (SELECT 1 FROM mail WHERE state = ? AND void = 0 LIMIT ?) AS counted"
        return int(self._db.value(sql, (state, most)))

    def of_ticket(self, ticket: EntityId) -> tuple[MailRecord, ...]:
        """The mails of a ticket, both ways, oldest first."""
        return self._records(f"{_ROW} WHERE ticket = ? ORDER BY at, id", (bytes.fromhex(ticket),))

    def counts(self) -> Mapping[str, int]:
        """How many mails are in each state."""
        return dict(self._db.rows("SELECT state, COUNT(*) FROM mail WHERE void = 0 GROUP BY state"))

    def newest(self) -> MailRecord | None:
        """The mail that came in last, by its arrival here."""
        row = self._db.row(f"{_ROW} WHERE state NOT IN ('sent', 'failed') ORDER BY id DESC LIMIT 1")
        return None if row is None else _record(row)

    def from_sender(self, sender: str, since: int) -> int:
        """How many mails of this address (folded) were filed as of that time (ms) or later."""
        sql = "SELECT COUNT(*) FROM mail WHERE state = 'filed' AND at >= ? AND sender = ?"
        return int(self._db.value(sql, (since, sender), default=0))

    def times(self, mailbox: EntityId, since: int) -> tuple[int, ...]:
        """When the mails were written that came to a mailbox, ms, as of that time."""
        sql = (
            "SELECT at FROM mail WHERE state IN ('filed', 'ignored', 'quarantined', 'dismissed') AND at >= ?"
            " AND mailbox = ? ORDER BY at"
        )
        return tuple(row[0] for row in self._db.rows(sql, (since, bytes.fromhex(mailbox))))

    def _records(self, sql: str, values: Sequence[Any]) -> tuple[MailRecord, ...]:
        return tuple(_record(row) for row in self._db.rows(sql, values))


def _text(state: State, name: str) -> str:
    return str(state.get(name) or "")


def _key(state: State, name: str) -> bytes | None:
    """A UUID field as its bytes; None for none, or where somebody wrote something else there."""
    return key_of(_text(state, name)) or None


def _record(row: Sequence[Any]) -> MailRecord:
    number, uid, state, message_id, at, sender, subject, reason, ticket, entry, mailbox, sha, size, void = row

    def named(key: bytes | None) -> EntityId | None:
        return EntityId(bytes(key).hex()) if key is not None else None

    return MailRecord(
        number, EntityId(bytes(uid).hex()), state, message_id, at, sender, subject, reason, named(ticket),
        named(entry), named(mailbox), bytes(sha).hex() if sha is not None else "", size, bool(void),
    )  # fmt: skip
