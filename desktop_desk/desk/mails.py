"""Mails as agents see to them: what waits in quarantine, and the way to the mail room."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from desktop_desk.desk.channel_ports import MailRecord
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.purging import Purging
from desktop_desk.desk.views import Done
from desktop_desk.domain.errors import NotFound
from desktop_desk.domain.facts import EntityId
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.mail_room import MailRoom


class Mails(Purging):
    """Verbs about mails that came in."""

    def quarantine(self, limit: int = 200) -> tuple[MailRecord, ...]:
        """Mails that could not be filed, the newest first, each with the reason."""
        with self._store.reading():
            self._require("ticket.create")
            return self._store.mails.in_state("quarantined", limit)

    def ignored_mails(self, limit: int = 200) -> tuple[MailRecord, ...]:
        """Mails that were not filed though nothing was wrong with them, the newest first, each with the reason."""
        with self._store.reading():
            self._require("ticket.create")
            return self._store.mails.in_state("ignored", limit)

    def mail_counts(self) -> Mapping[str, int]:
        """How many mails are in each state."""
        with self._store.reading():
            self._me()
            return self._store.mails.counts()

    def last_mail(self) -> MailRecord | None:
        """The mail that came in last; None when none ever did."""
        with self._store.reading():
            self._me()
            return self._store.mails.newest()

    def dismiss_mail(self, uid: str) -> Done:
        """Take a mail out of quarantine without filing it; it is kept, and undo puts it back."""
        with self._store.writing():
            self._require("ticket.create")
            record = self._store.mails.by_uid(EntityId(uid))
            if record is None or record.state not in {"quarantined", "ignored"}:
                raise NotFound(_("This mail is no longer in quarantine."))
            return self._write([Draft("mail_settled", record.uid, {"state": "dismissed"})], None, uid=uid)

    def mail_room(self) -> "MailRoom":
        """What files mails; NotAllowed for an agent who may open no tickets."""
        from desktop_desk.desk.mail_room import MailRoom  # noqa: PLC0415  most starts take in no mail

        with self._store.reading():
            self._require("ticket.create")
        return MailRoom(self._store, self._clock, self._new_id)
