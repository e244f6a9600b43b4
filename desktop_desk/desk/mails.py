"""Mails as agents see to them: what waits in quarantine, and the way to the mail room."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from desktop_desk.desk.channel_ports import MailRecord
from desktop_desk.desk.letter_templates import LetterTemplates
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.views import Counters, Done
from desktop_desk.domain.errors import NotFound
from desktop_desk.domain.facts import EntityId
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.mail_room import MailRoom

MOST_COUNTED = 1000
"""Whoever has more mails in quarantine than this needs to know no more than that they are many."""


class Mails(LetterTemplates):
    """Verbs about mails that came in."""

    def counters(self) -> Counters:
        """How many tickets each queue holds; and "quarantine": mails that wait for a person, told up to a thousand."""
        with self._store.reading():
            known = super().counters()
            may = self._may(self._me(), "ticket.create")
            held = self._store.mails.count_in_state("quarantined", MOST_COUNTED) if may else 0
            return Counters({**known.queues, "quarantine": held}, known.total)

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

    def dismiss_mail(self, uid: str, *more: str) -> Done:
        """Take mails out of quarantine without filing them, in one act; they are kept, and undo puts them back."""
        with self._store.writing():
            self._require("ticket.create")
            drafts: list[Draft] = []
            for each in dict.fromkeys((uid, *more)):
                record = self._store.mails.by_uid(EntityId(each))
                if record is None or record.state not in {"quarantined", "ignored"}:
                    raise NotFound(_("This mail is no longer in quarantine."))
                drafts.append(Draft("mail_settled", record.uid, {"state": "dismissed"}))
            return self._write(drafts, None, uid=uid)

    def mail_room(self) -> "MailRoom":
        """What files mails; NotAllowed for an agent who may open no tickets."""
        from desktop_desk.desk.mail_room import MailRoom  # noqa: PLC0415  most starts take in no mail

        with self._store.reading():
            self._require("ticket.create")
        return MailRoom(self._store, self._clock, self._new_id)
