"""Letters: what waits in the outbox of this copy, as agents see to it."""

from dataclasses import dataclass, replace
from typing import Literal

from desktop_desk.desk.addressing import caller_address
from desktop_desk.desk.mails import Mails
from desktop_desk.desk.outbox_ports import OutboxItem
from desktop_desk.desk.views import Counters, Done
from desktop_desk.desk.waiting_mail import OUTBOX_HELD, waiting_mail
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import EntityId, fold
from desktop_desk.domain.outgoing import BY_HAND_MS, HOLD_MS
from desktop_desk.i18n import _

LetterState = Literal["held", "due", "sending", "later", "stopped", "by_hand", "restored"]
"""Still to be undone; goes next; a process has it in hand; tried again later; a person must put something right;
an agent stopped it; it waited in the desk that this one was restored from."""


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A mail that has not gone yet; times in ms.

    Attributes:
        kind: reply, receipt or resolved. to: the caller's address as it is now, "" for none.
        person: who gets it, an id; None where the ticket has no caller.
        due: when it goes, or is tried again; None for one that does not by itself.
        problem: why it has not gone, as the server or the desk said it.
    """

    uid: EntityId
    kind: str
    number: str
    subject: str
    to: str
    person: EntityId | None
    state: LetterState
    since: int
    due: int | None
    tries: int
    problem: str


class Letters(Mails):
    """Verbs about mail that waits to be sent."""

    def counters(self) -> Counters:
        """As before, and "outbox": mails that could not go at once, or need a person; not those held for undo."""
        with self._store.reading():
            known, now, found = super().counters(), self._clock(), waiting_mail(self._store)
            late = sum(item.stopped or item.since + HOLD_MS < now for item in found.letters)
            return Counters({**known.queues, "outbox": late + len(found.restored)}, known.total)

    def letters(self) -> tuple[WaitingLetter, ...]:
        """What this copy has still to send, what needs a person first, then in the order in which it goes."""
        with self._store.reading():
            self._me()
            waits = waiting_mail(self._store)
            found = [self._letter_of(item, restored=waits.held) for item in (*waits.restored, *waits.letters)]
            return tuple(
                sorted(found, key=lambda letter: (_RANK[letter.state], letter.due or 0, letter.since))
            )

    def held_reply(self, act: str) -> WaitingLetter | None:
        """The reply that an act put into the outbox, as long as undo still takes it back; None for none."""
        with self._store.reading():
            self._me()
            now = self._clock()
            for item in self._store.outbox.of_act(act):
                if item.kind == "reply" and not item.done and item.claimed <= now:
                    return self._letter_of(item, restored=False)
            return None

    def reply_stands(self, ticket: str, reply: str) -> bool:
        """Whether a reply of that ticket is still there; False once it was undone."""
        with self._store.reading():
            self._me()
            return not fold(self._store.journal.of_entity(EntityId(reply), EntityId(ticket))).withdrawn

    def try_letter(self, uid: str) -> Done:
        """Let a letter go at the next turn, also one that was stopped."""
        with self._store.writing():
            self._require("ticket.reply")
            item = self._waiting(uid)
            self._refuse_restored()
            tries = max(item.tries, 1) if item.stopped and not item.by_hand else item.tries
            self._store.outbox.keep(replace(item, stopped=False, due=self._clock(), tries=tries, problem=""))
            return self._told(item)

    def stop_letter(self, uid: str) -> Done:
        """Keep a letter back until somebody lets it go."""
        with self._store.writing():
            me = self._require("ticket.reply")
            item = self._waiting(uid)
            said = _("Stopped by {agent}.").format(agent=me.name)
            due = item.since + BY_HAND_MS
            self._store.outbox.keep(replace(item, stopped=True, tries=0, due=due, problem=said))
            return self._told(item)

    def drop_letter(self, uid: str) -> Done:
        """Never send a letter; the ticket tells that it was not sent, and who decided so."""
        with self._store.writing():
            me = self._require("ticket.reply")
            item = self._waiting(uid)
            reason = _("{agent} decided not to send it.").format(agent=me.name)
            self.outbox().give_up(item, reason, me.uid)
            return self._told(item)

    def _waiting(self, uid: str) -> OutboxItem:
        item = self._store.outbox.by_uid(EntityId(uid))
        if item is None or item.done:
            raise NotFound(_("This mail waits no longer: it was sent, or taken back."))
        if item.claimed > self._clock():
            raise Invalid("letter", _("This mail is being sent right now."))
        return item

    def _refuse_restored(self) -> None:
        if self._store.log.note(OUTBOX_HELD):
            reason = _("This desk was restored: its mail may have been sent already.")
            raise Invalid("letter", reason, _("Look, then let all of it go, or throw it away."))

    def _told(self, item: OutboxItem) -> Done:
        record = self._store.tickets.by_uid(item.ticket)
        return Done("", record.number if record else None, item.ticket)

    def _letter_of(self, item: OutboxItem, *, restored: bool) -> WaitingLetter:
        record = self._store.tickets.by_uid(item.ticket)
        person = self._store.people.by_id(record.caller) if record is not None and record.caller else None
        state = "restored" if restored else _state_of(item, self._clock())
        return WaitingLetter(
            item.uid, item.kind, record.number if record else "", record.subject if record else "",
            caller_address(self._store, record) if record else "", person.uid if person else None, state, item.since,
            None if item.stopped or restored else item.due, item.tries, item.problem,
        )  # fmt: skip


_RANK: dict[LetterState, int] = {
    "restored": 0, "stopped": 1, "sending": 2, "held": 3, "due": 3, "later": 3, "by_hand": 4,
}  # fmt: skip


def _state_of(item: OutboxItem, now: int) -> LetterState:
    if item.claimed > now:
        return "sending"
    if item.stopped:
        return "by_hand" if item.by_hand else "stopped"
    if item.tries and item.due > now:
        return "later"
    return "held" if item.due > now else "due"
