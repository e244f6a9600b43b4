"""Talking: replies to the caller, and notes among agents."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from desktop_desk.desk.handling import ENDED, Handling
from desktop_desk.desk.ports import Draft, Position, TicketRecord
from desktop_desk.desk.routing import in_use, is_stranger
from desktop_desk.desk.texts import plain_text
from desktop_desk.desk.views import Attachment, Done
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.directory import Status


class Talking(Handling):
    """Verbs that add to a ticket's conversation."""

    def reply(
        self, number: str, text: str, *, resolve: bool = False, status: str | None = None,
        at: int | None = None, attachments: Sequence[Attachment] = (), seen: Position | None = None,
    ) -> Done:  # fmt: skip
        """Answer the caller, in words or with files; the first to answer a ticket that nobody has gets it."""
        files = self._measured(attachments)
        with self._store.writing():
            record = self._conversation_for(number, "ticket.reply")
            kept = plain_text(text, "text", required=not files)
            entry = self._entry("replied", record, kept, at)
            drafts = [entry, *self._filed(files, record.uid, entry.entity, at)]
            drafts.extend(self._status_beside(record, "resolved" if resolve else status))
            drafts.extend(self._claiming(record, drafts))
            drafts = [*self._following(record, self._me(), *self.mentioned(kept)), *drafts]
            return self._write(drafts, seen, (record,))

    def note(
        self,
        number: str,
        text: str,
        *,
        status: str | None = None,
        at: int | None = None,
        attachments: Sequence[Attachment] = (),
        seen: Position | None = None,
    ) -> Done:
        """Write to colleagues; "@login" makes an agent a follower, who then finds it in "For me"."""
        files = self._measured(attachments)
        with self._store.writing():
            record = self._conversation_for(number, "ticket.note")
            kept = plain_text(text, "text", required=not files)
            # Who is mentioned follows before the note is written, so that it is news to him.
            drafts = self._following(record, self._me(), *self.mentioned(kept))
            entry = self._entry("noted", record, kept, at)
            drafts += [entry, *self._filed(files, record.uid, entry.entity, at)]
            drafts.extend(self._status_beside(record, status))
            return self._write(drafts, seen, (record,))

    def attach(
        self, number: str, files: Sequence[Attachment], text: str = "",
        kind: Literal["reply", "note"] | None = None, *, seen: Position | None = None,
    ) -> Done:  # fmt: skip
        """Add files to a ticket: as a reply or a note, or, without a word, by themselves.

        Raises:
            Invalid: there is no file, one is too large, or there is a text that is neither reply nor note.
        """
        if not files:
            raise Invalid("attachments", _("No file was chosen."), _("Choose at least one."))
        if kind == "reply":
            return self.reply(number, text, attachments=files, seen=seen)
        if kind == "note" or text.strip():
            return self.note(number, text, attachments=files, seen=seen)
        measured = self._measured(files)
        with self._store.writing():
            record = self._conversation_for(number, "ticket.reply")
            drafts = [*self._filed(measured, record.uid, None), *self._following(record, self._me())]
            return self._write(drafts, seen, (record,))

    def _entry(self, verb: str, record: TicketRecord, text: str, at: int | None) -> Draft:
        return Draft(verb, self._new_id.entity(), {"text": text}, ticket=record.uid, at=at)

    def _status_beside(self, record: TicketRecord, status: str | None) -> list[Draft]:
        """The change of status that was sent along with an entry."""
        if not status:
            return []
        chosen: Status = in_use(self._store.directory().status, status, "status")
        self._require_for_status(record, chosen)
        return self._to_status(record, chosen)

    def _claiming(self, record: TicketRecord, drafts: list[Draft]) -> list[Draft]:
        """Whoever answers gets a live ticket that nobody has, unless what was sent along gives it to somebody."""
        given = any("agent" in draft.fields for draft in drafts if draft.entity == record.uid)
        directory = self._store.directory()
        stranger = is_stranger(self._me(), directory.department(record.department), directory)
        if record.agent or record.state in ENDED or given or stranger:
            return []
        return [Draft("claimed", record.uid, {"agent": self._actor}, record.uid, informed=True)]
