"""The outbox at work: hands out what is due, one letter to one process, and notes what became of it.

No agent acts here: what goes out was decided when it was put in (posting). Only channels use it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from desktop_desk.desk.addressing import (
    caller_address,
    copies_of,
    mailbox_for,
    may_go_by_itself,
    references_of,
)
from desktop_desk.desk.attachments import files_of
from desktop_desk.desk.directory import Directory, Mailbox
from desktop_desk.desk.letter_settings import language_of, letter_settings, letter_values
from desktop_desk.desk.notice_mail import (
    batch_of,
    did_not_go,
    is_notice,
    mailbox_of,
    post_notices,
    post_reminders,
    went,
)
from desktop_desk.desk.outbox_ports import OutboxItem
from desktop_desk.desk.ports import Clock, Draft, NewId, Store, TicketRecord
from desktop_desk.desk.waiting_mail import OUTBOX_HELD, waiting_mail
from desktop_desk.domain.facts import EntityId, Fact, FactId, fold
from desktop_desk.domain.outgoing import (
    AUTOMATIC,
    CLAIM_MS,
    GIVE_UP_MS,
    message_id,
    retry_after,
)
from desktop_desk.i18n import _

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter: `sha` and `size` name its bytes."""

    name: str
    mime: str
    sha: str
    size: int


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that one process has in hand to send.

    Attributes:
        message_id, references: without brackets; references oldest first, the last is what it answers.
        values: what its template may say.
        template: the department's own; "" for the one of its kind and language.
        together: of a notice to an agent, all that it tells, `item` among it.
    """

    item: OutboxItem
    mailbox: Mailbox
    to: str
    cc: tuple[str, ...]
    number: str
    language: str
    message_id: str
    references: tuple[str, ...]
    values: Mapping[str, str]
    files: tuple[Enclosure, ...] = ()
    template: str = ""
    together: tuple[OutboxItem, ...] = ()

    @property
    def kind(self) -> str:
        """What it is: reply, receipt, resolved, or a notice to an agent."""
        return self.item.kind


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """How the outbox stands.

    Attributes:
        waiting: mails that have not gone yet; stopped: those of them that need a person.
        due: when the next one goes, ms; None for none.
        held: the desk was restored or copied: nothing goes before a person has released it.
        problem: why the oldest of those that were tried has not gone.
        undo_until: until when the newest one can be taken back, ms; None for none.
        notice_due: when the next notice to an agent goes, ms; they are counted nowhere else here.
    """

    waiting: int = 0
    stopped: int = 0
    due: int | None = None
    held: bool = False
    problem: str = ""
    undo_until: int | None = None
    notice_due: int | None = None


class Outbox:
    """What a channel does with the outbox of this copy of the desk; safe from any thread."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def status(self) -> OutboxStatus:
        """How it stands now."""
        with self._store.reading():
            found, now = waiting_mail(self._store), self._clock()
            going = [item for item in found.letters if not item.stopped]
            # What a process has in hand, or died with, is tried again when its claim is over.
            due = (max(item.due, item.claimed) for item in going)
            notices = (item.due for item in found.notices if not item.stopped)
            fresh = (item.due for item in going if not item.tries and item.due > now)
            return OutboxStatus(
                waiting=len(found.letters) + len(found.restored),
                stopped=len(found.letters) - len(going),
                due=None if found.held else min(due, default=None),
                held=found.held,
                problem=next((item.problem for item in found.letters if item.problem), ""),
                undo_until=max(fresh, default=None),
                notice_due=None if found.held else min(notices, default=None),
            )

    def bring_reminders(self) -> None:
        """Put in what has come near and agents are told by mail; for whoever sends, once before he takes."""
        with self._store.writing():
            if not self._is_still():
                post_reminders(self._store, self._clock())

    def take(
        self, *, hurry: bool = False, passed: Collection[EntityId] = (), unheld: Collection[str] = ()
    ) -> Letter | None:
        """The next letter that is due, claimed for whoever asks; None when there is none.

        Args:
            hurry: a person asked for it: what waits after a failed try goes now.
            passed: mailboxes that cannot send at the moment, and mails that were tried already.
            unheld: acts whose mail is not held any longer.
        """
        with self._store.writing():
            if self._is_still():
                return None
            now = self._clock()
            items = self._store.outbox.waiting(self._store.journal.own)
            asked: set[str] = set()
            for item in items:
                if item.claimed > now or item.uid in passed:
                    continue
                if is_notice(item):
                    # All that is due for an agent is one mail: nothing goes to him if the first makes none.
                    if item.due > now or item.recipient in asked:
                        continue
                    asked.add(item.recipient)
                    letter = self._notice(item, items, now, passed)
                elif _is_time(item, now, hurry=hurry) or (not item.tries and item.act in unheld):
                    letter = self._letter(item, now, passed)
                else:
                    continue
                if letter is not None:
                    for each in letter.together or (item,):
                        self._store.outbox.keep(replace(each, claimed=now + CLAIM_MS))
                    return letter
            return None

    def sent(self, letter: Letter, note: str = "") -> None:
        """It has gone; `note` says what of it has not, such as an address in copy that was refused."""
        with self._store.writing():
            now = self._clock()
            if letter.together:
                went(self._store, letter.together, letter.to, EntityId(letter.item.recipient), now)
            else:
                self._sent(letter, note, now)
            self._store.outbox.forget(now - HOUR_MS)

    def failed(self, letter: Letter, reason: str) -> None:
        """It will never go: its agent is told on the ticket."""
        with self._store.writing():
            if letter.together:
                did_not_go(self._store, letter.together, reason, self._clock(), never=True)
                return
            self._fail(letter.item, letter.to, letter.message_id, reason)

    def later(self, letter: Letter, reason: str, *, stopped: bool = False, refused: bool = False) -> None:
        """It did not go this time.

        Args:
            stopped: a person must put something right first.
            refused: the server could be reached and did not take it; that ends after some days.
        """
        with self._store.writing():
            now, item = self._clock(), letter.item
            if letter.together:
                did_not_go(self._store, letter.together, reason, now)
                return
            if refused and now - item.since > GIVE_UP_MS:
                self._fail(item, letter.to, letter.message_id, reason)
                return
            tries = item.tries + 1
            kept = replace(
                item, tries=tries, due=now + retry_after(tries), claimed=0, problem=reason, stopped=stopped
            )
            self._store.outbox.keep(kept)

    def stop(self, mailbox: Mailbox, reason: str) -> None:
        """Nothing more goes from a mailbox by itself: a person must put it right first."""
        with self._store.writing():
            directory, now = self._store.directory(), self._clock()
            for item in self._store.outbox.waiting(self._store.journal.own):
                record = self._store.tickets.by_uid(item.ticket)
                keeps = item.by_hand or is_notice(item)
                own = mailbox_for(self._store, directory, record) if record and not keeps else None
                if own is not None and own.uid == mailbox.uid and item.claimed <= now:
                    tries = max(item.tries, 1)
                    self._store.outbox.keep(replace(item, stopped=True, problem=reason, tries=tries))

    def release(self) -> None:
        """Let the mail of a restored desk go out; somebody has looked whether it was sent already."""
        with self._store.writing():
            own = self._store.journal.own
            for item in self._store.outbox.of_others(own):
                self._store.outbox.keep(replace(item, replica=own, claimed=0))
            self._store.log.keep_note(OUTBOX_HELD, "")

    def discard(self) -> None:
        """Throw away the mail of a restored desk, since it was sent already; new mail goes out again."""
        with self._store.writing():
            own = self._store.journal.own
            for item in (*self._store.outbox.of_others(own), *self._store.outbox.waiting(own)):
                self._store.outbox.drop(item.uid)
            self._store.log.keep_note(OUTBOX_HELD, "")

    def give_up(self, item: OutboxItem, reason: str, agent: EntityId) -> None:
        """An agent decided that an item is never sent; its ticket tells so."""
        with self._store.writing():
            record = self._store.tickets.by_uid(item.ticket)
            to = caller_address(self._store, record) if record is not None else ""
            self._store.journal.append([self._failed(item, to, "", reason)], agent, None)
            self._store.outbox.drop(item.uid)

    def enclosed(self, file: Enclosure) -> bytes:
        """The bytes of a file that goes with a letter; StorageUnavailable when they are damaged."""
        with self._store.reading():
            return b"".join(self._store.attachments.read(file.sha, file.size, file.name))

    def is_here(self, file: Enclosure) -> bool:
        """Whether this copy of the desk has the bytes."""
        with self._store.reading():
            return file.sha in self._store.attachments.here({file.sha: file.size})

    # What a letter is made of

    def _notice(
        self, item: OutboxItem, items: Sequence[OutboxItem], now: int, passed: Collection[EntityId]
    ) -> Letter | None:
        """The letter with all that is due for the agent of an item; None when nothing goes."""
        directory = self._store.directory()
        mailbox = mailbox_of(each for each in directory.senders if each.uid not in passed)
        batch = batch_of(self._store, item, items, now) if mailbox is not None else None
        if batch is None or mailbox is None:
            return None
        language = language_of(directory, directory.department(batch.agent.department))
        values = batch.values(directory.settings.name)
        ident = message_id(item.uid, directory.settings.uid, mailbox.address)
        return Letter(
            batch.items[0], mailbox, batch.address, (), "", language, ident, (), values, together=batch.items
        )

    def _letter(self, item: OutboxItem, now: int, passed: Collection[EntityId]) -> Letter | None:
        """The letter of an item; None for one that waits for its mailbox, or is not to go and leaves the outbox."""
        directory = self._store.directory()
        record = self._store.tickets.by_uid(item.ticket)
        if record is None or not self._still_stands(item, record):
            self._store.outbox.drop(item.uid)
            return None
        mailbox = mailbox_for(self._store, directory, record)
        if mailbox is not None and mailbox.uid in passed:
            return None
        to = caller_address(self._store, record)
        if item.kind in AUTOMATIC and (
            mailbox is None or not may_go_by_itself(self._store, directory, record, item.kind, to, now)
        ):
            self._store.outbox.drop(item.uid)
            return None
        if mailbox is None:
            problem = _("No mailbox of this desk can send now.")
            self._store.outbox.keep(replace(item, stopped=True, problem=problem))
            return None
        ident = message_id(item.uid, directory.settings.uid, mailbox.address)
        if not to:
            self._fail(item, "", ident, _("The caller has no e-mail address any more."))
            return None
        language, template = letter_settings(self._store, directory, record, item.kind)
        return Letter(
            item, mailbox, to, self._copies(item, record, directory.own_addresses | {to.casefold()}), record.number,
            language, ident, references_of(self._store, record, ident), self._values(item, record, directory),
            self._files(item), template,
        )  # fmt: skip

    def _copies(self, item: OutboxItem, record: TicketRecord, barred: Collection[str]) -> tuple[str, ...]:
        """Who gets a reply in copy; nobody a mail that is sent by itself."""
        if item.kind in AUTOMATIC:
            return ()
        state = fold(self._store.journal.of_entity(record.uid, record.uid))
        return tuple(each for each in copies_of(state) if each.casefold() not in barred)

    def _is_still(self) -> bool:
        """Whether nothing goes: of a restored desk until a person has released it, of a revoked copy for good."""
        return bool(self._store.log.note(OUTBOX_HELD)) or self._store.log.is_revoked()

    def _still_stands(self, item: OutboxItem, record: TicketRecord) -> bool:
        """Whether an item is still to go: it was not sent by anybody, and what it says was not taken back."""
        state = fold(self._store.journal.of_entity(item.uid, item.ticket))
        if any(fact.verb == "mail_sent" for fact in state.facts) or record.state == "withdrawn":
            return False
        if item.kind == "reply":
            return state.created and not state.withdrawn
        return item.kind != "resolved" or record.state in {"resolved", "closed"}

    def _values(self, item: OutboxItem, record: TicketRecord, directory: Directory) -> Mapping[str, str]:
        """What a template may say."""
        facts = self._store.journal.of_entity(item.uid, item.ticket)
        said = next((fact for fact in facts if fact.verb == "replied"), None)
        act = self._store.journal.of_act(FactId.parse(item.act))
        resolved = any(fact.verb == "resolved" and fact.ticket == item.ticket for fact in act)
        return letter_values(directory, record, said, resolved=resolved)

    def _files(self, item: OutboxItem) -> tuple[Enclosure, ...]:
        """The files that came with a reply."""
        if item.kind != "reply":
            return ()
        facts = self._store.journal.of_ticket(item.ticket)
        made = [fact for fact in facts if fact.verb == "attached" and fact.fields.get("entry") == item.uid]
        views = files_of(self._store, [fact for fact in made if self._counts(fact)])
        return tuple(Enclosure(view.name, view.mime, view.sha, view.size) for _entry, view in views.values())

    def _counts(self, fact: Fact) -> bool:
        """Whether a thing of a ticket's thread was not taken back."""
        return not fold(self._store.journal.of_entity(fact.entity, fact.ticket)).withdrawn

    # What becomes of it

    def _sent(self, letter: Letter, note: str, now: int) -> None:
        fields = {
            "message_id": letter.message_id, "to": letter.to, "cc": list(letter.cc), "mail": letter.kind, "at": now,
        }  # fmt: skip
        drafts = [Draft("mail_sent", letter.item.uid, fields, ticket=letter.item.ticket)]
        self._append(drafts + self._note(letter.item, note))
        self._store.outbox.keep(
            replace(letter.item, claimed=0, problem="", done=now, recipient=letter.to.casefold())
        )

    def _fail(self, item: OutboxItem, to: str, ident: str, reason: str) -> None:
        said = _("The mail to {address} could not be delivered: {why}").format(address=to or "–", why=reason)
        self._append([self._failed(item, to, ident, reason), *self._note(item, said)])
        self._store.outbox.drop(item.uid)

    def _failed(self, item: OutboxItem, to: str, ident: str, reason: str) -> Draft:
        fields = {"message_id": ident, "to": to, "reason": reason, "mail": item.kind, "at": self._clock()}
        return Draft("mail_failed", item.uid, fields, ticket=item.ticket)

    def _note(self, item: OutboxItem, text: str) -> list[Draft]:
        return [Draft("noted", self._new_id.entity(), {"text": text}, ticket=item.ticket)] if text else []

    def _append(self, drafts: list[Draft]) -> None:
        """One act of nobody's."""
        post_notices(self._store, self._store.journal.append(drafts, None, None), self._clock())


def _is_time(item: OutboxItem, now: int, *, hurry: bool) -> bool:
    """Whether an item goes now; hurry does not shorten the time in which it can still be undone."""
    if hurry and item.tries:
        return True
    return item.due <= now and (hurry or not item.stopped)
