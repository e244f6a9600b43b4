"""The mail room: every mail that comes in is filed, known already, ignored or put in quarantine; none is dropped.

No agent acts here, unless one releases a mail from quarantine: whoever holds a `MailRoom` must have been let in.
"""

import hashlib
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from desktop_desk.desk.addressing import COPY_TO, copies_of
from desktop_desk.desk.attachments import Measured
from desktop_desk.desk.channel_ports import MailRecord
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.mail_views import Filed, IncomingMail
from desktop_desk.desk.ports import Draft, TicketRecord
from desktop_desk.desk.posting import post
from desktop_desk.desk.routing import routed
from desktop_desk.desk.texts import LONGEST_SUBJECT, LONGEST_TEXT
from desktop_desk.desk.unattended import NOBODY, Unattended
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.attachments import size_text
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound
from desktop_desk.domain.facts import EntityId, fold
from desktop_desk.domain.mail import LARGEST_MAIL, RAW_NAME, mail_uid
from desktop_desk.domain.named import from_outside
from desktop_desk.domain.numbers import read_number
from desktop_desk.domain.outgoing import is_machine, is_sent_by, mail_address
from desktop_desk.domain.undelivered import FAILED
from desktop_desk.i18n import _

HOUR: Final = 3_600_000
BEGINNING: Final = 256 * 1024
"""So much is kept of a mail that is too large, in bytes."""

MOST_AN_HOUR: Final = 60
"""More mails than this from one sender within an hour are a flood, when they are fetched; a person may release them."""

MOST_COPIES: Final = 10
"""A mail that went to more than so many in copy was told to many, not asked together with them."""

_TOKEN = re.compile(r"\[#?\s*([A-Za-z]{0,2}\d{2,9}-[0-9A-Za-z])\s*\]|#([A-Za-z]{0,2}\d{2,9}-[0-9A-Za-z])\b")


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A mail as it came in: `known_as` is its Message-ID, or made of its bytes; `mail` what was read of it."""

    raw: bytes
    mail: IncomingMail | None
    known_as: str
    mailbox: str
    where: str


class MailRoom(Unattended):
    """Files mails."""

    def now(self) -> int:
        """The time, ms."""
        return self._clock()

    @contextmanager
    def together(self) -> Generator[None]:
        """Make several mails durable at once; each stays an act of its own."""
        with self._store.writing():
            yield

    def take(
        self, raw: bytes, mail: IncomingMail | None, *, why: str = "", mailbox: str = "", guarded: bool = False,
        where: str = "",
    ) -> Filed:  # fmt: skip
        """File a mail, once: in one act with its caller, files and raw message.

        Args:
            mail: what was read of it; None: nothing could be, for the reason `why`.
            mailbox: where it came in, an id or "".
            guarded: put a flood of one sender into quarantine.
        """
        known_as = mail.message_id if mail else hashlib.sha256(raw).hexdigest()
        came = _Arrival(raw, mail, known_as, mailbox, where)
        if len(raw) > LARGEST_MAIL:
            return self._too_large(came)
        files = self._measured(mail.files) if mail else ()
        try:
            with self._store.writing():
                mail = self._by_its_writer(mail) if mail else None
                came = replace(came, mail=mail)
                reason = why if mail is None else self._flood(mail) if guarded else ""
                if mail is None or reason:
                    return self._set_aside("quarantined", came, reason)
                ignored = self._ignored(mail)
                if ignored:
                    return self._set_aside("ignored", came, ignored)
                return self._duplicate_of(came) or self._file(came, mail, files)
        except (Invalid, NotAllowed, NotFound) as error:
            with self._store.writing():
                return self._set_aside("quarantined", came, str(error))

    def file_after_all(
        self, uid: EntityId, raw: bytes, mail: IncomingMail, agent: EntityId, to: str = ""
    ) -> Filed:
        """File a mail that was put aside, as a person decided.

        Args:
            to: the number of the ticket that it belongs to; "": where it would have gone by itself.

        Raises:
            NotFound: there is no such mail or ticket, or the mail was filed meanwhile.
            Invalid: the ticket's number is wrong, or its opening was undone.
        """
        files = self._measured(mail.files)
        with self._store.writing():
            mail = self._by_its_writer(mail)
            chosen = self._whole(self._find(to)) if to else None
            if chosen is not None and chosen.state == "withdrawn":
                reason = _("The opening of {number} was undone.").format(number=chosen.number)
                raise Invalid("number", reason, _("Redo it first."))
            record = self._store.mails.by_uid(uid)
            if record is None or record.state == "filed":
                raise NotFound(_("This mail is no longer in quarantine."))
            came = _Arrival(raw, mail, mail.message_id, record.mailbox or "", "")
            return self._file(came, mail, files, record=record, agent=agent, chosen=chosen)

    # ── what is not filed ────────────────────────────────────────────────────────────────────────────────────────

    def _desk_uid(self) -> EntityId:
        return self._store.directory().settings.uid

    def _duplicate_of(self, came: _Arrival) -> Filed | None:
        """What is told of a mail that is here already; None for a new one."""
        known = self._store.mails.by_uid(mail_uid(self._desk_uid(), came.known_as))
        if known is None:
            return None
        ticket = self._store.tickets.by_uid(known.ticket) if known.ticket else None
        return Filed("duplicate", known.uid, ticket.number if ticket else "", where=came.where)

    def _flood(self, mail: IncomingMail) -> str:
        since = self._clock() - HOUR
        count = self._store.mails.from_sender(mail.sender.casefold(), since) if mail.sender else 0
        if count < MOST_AN_HOUR:
            return ""
        return _("{sender} has sent more than {n} mails within an hour.").format(
            sender=mail.sender, n=MOST_AN_HOUR
        )

    def _ignored(self, mail: IncomingMail) -> str:
        """Why a mail is not filed though nothing is wrong with it; "" for one that is."""
        own = self._store.directory().own_addresses
        if is_sent_by(self._desk_uid(), mail.message_id) or mail.sender.casefold() in own:
            return _("This desk sent it itself.")
        if mail.kind == "answer":
            return _("A machine answered it (out of office, or the like).")
        return ""

    def _too_large(self, came: _Arrival) -> Filed:
        """Of a mail that a desk cannot keep, its beginning is kept, and what it was told."""
        reason = _(
            "It is larger than {most} ({size}); its beginning is kept here, the whole stays where it was."
        ).format(most=size_text(LARGEST_MAIL), size=size_text(len(came.raw)))
        with self._store.writing():
            return self._set_aside("quarantined", replace(came, raw=came.raw[:BEGINNING]), reason)

    def _set_aside(self, state: Literal["quarantined", "ignored"], came: _Arrival, why: str) -> Filed:
        known = self._duplicate_of(came)
        if known is not None:
            return known
        uid = mail_uid(self._desk_uid(), came.known_as)
        fields = self._received(came) | {"state": state, "reason": why[:500]}
        draft = Draft("mail_received", uid, fields, at=came.mail.at if came.mail else None)
        self._store.journal.append([draft], None, None)
        return Filed(state, uid, why=why, where=came.where)

    def _received(self, came: _Arrival) -> dict[str, Any]:
        """Keep the raw message, and what its fact says of it."""
        mail, sha, size = came.mail, hashlib.sha256(came.raw).hexdigest(), len(came.raw)
        self._store.attachments.keep(came.raw, RAW_NAME, sha, size)
        return {
            "message_id": came.known_as, "sha": sha, "size": size, "sender": mail.sender if mail else "",
            "subject": mail.subject[:LONGEST_SUBJECT] if mail else "", "mailbox": came.mailbox or None,
        }  # fmt: skip

    # ── filing ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _file(
        self, came: _Arrival, mail: IncomingMail, files: Sequence[Measured], *, record: MailRecord | None = None,
        agent: EntityId | None = None, chosen: TicketRecord | None = None,
    ) -> Filed:  # fmt: skip
        """One act: the mail with its entry on the ticket that it belongs to, or on a new one."""
        uid = record.uid if record else mail_uid(self._desk_uid(), mail.message_id)
        ticket, hint = (chosen, "") if chosen is not None else self._ticket_of(mail)
        if ticket is None and mail.kind == "bounce" and record is None:
            raise Invalid("mail", _("It reports about a mail that this desk has not sent."))
        colleague = self._colleague(mail, ticket) if ticket is not None else ""
        # A mail server that reports is nobody who calls, unless a person says that it is no report.
        is_caller = not colleague and (mail.kind != "bounce" or agent is not None)
        caller, drafts = self._sender(mail) if is_caller else (None, [])
        state: dict[str, Any] = {"state": "filed", "reason": ""}
        if record is None:
            state = {**self._received(came), **state}
        target = ticket.uid if ticket else from_outside(uid, "mail", "ticket")
        if ticket is None:
            drafts.append(self._opening_by(mail, target, caller, came.mailbox))
            hint = hint or _reply_hint(mail)
        number = ticket.number if ticket else str(drafts[-1].fields["number"])
        entry = from_outside(uid, "mail", target)
        said = self._entry_fields(mail, uid) | ({"by": colleague} if colleague else {"person": caller})
        drafts.append(Draft("noted" if colleague else "messaged", entry, said, ticket=target, at=mail.at))
        drafts += self._with_entry(files, target, entry, mail.at)
        remarks = [*mail.remarks, *([hint] if hint else [])]
        if remarks:
            note = from_outside(entry, "mail", "remarks")
            drafts.append(Draft("noted", note, {"text": "\n".join(remarks)}, ticket=target, at=mail.at))
        if ticket is not None and not colleague and not self._is_answer_of_machine(mail):
            drafts += self._reopening(ticket)
        verb = "mail_settled" if record else "mail_received"
        drafts.append(
            Draft(verb, uid, {**state, "ticket": target, "entry": entry}, at=None if record else mail.at)
        )
        facts = self._store.journal.append(drafts, agent, None)
        if came.mailbox:
            # What is imported from files was answered long ago, or elsewhere.
            post(self._store, facts, self._clock())
        act = str(facts[0].act_id) if agent else ""
        return Filed("reply" if ticket else "ticket", uid, number, where=came.where, act=act)

    def _entry_fields(self, mail: IncomingMail, uid: EntityId) -> dict[str, Any]:
        text = mail.text.strip("\n").rstrip() or (
            _("(The mail has no text, only files.)") if mail.files else _("(The mail has no text.)")
        )
        fields: dict[str, Any] = {"text": text[:LONGEST_TEXT], "mail": uid}
        if mail.quoted:
            fields["quoted"] = mail.quoted[:LONGEST_TEXT]
        if mail.kind != "mail":
            fields["kind"] = mail.kind
        if mail.failed:
            fields[FAILED] = [each.to_field() for each in mail.failed]
        return fields

    def _opening_by(
        self, mail: IncomingMail, ticket: EntityId, caller: EntityId | None, mailbox: str
    ) -> Draft:
        subject = mail.subject[:LONGEST_SUBJECT].strip() or _first_line(mail.text) or _("(no subject)")
        chosen = self._routing(self._store.directory().mailbox(mailbox))
        opening = self._opening(ticket, subject, "email", caller, chosen, at=mail.at)
        return replace(opening, fields={**opening.fields, **self._copied(mail)})

    def _copied(self, mail: IncomingMail) -> dict[str, bool]:
        """Whom the caller wrote to in copy, as those who get the replies in copy; nobody of a mail to many."""
        if mail.kind != "mail" or len(mail.copies) > MOST_COPIES:
            return {}
        barred = {*self._store.directory().own_addresses, mail.sender.casefold()}
        found = {mail_address(each).casefold() for each in mail.copies} - barred - {""}
        return {f"{COPY_TO}{each}": True for each in sorted(found) if not is_machine(each)}

    def _routing(self, box: Mailbox | None) -> dict[str, Any]:
        """Where mail of this mailbox goes; what is out of use by now routes nothing."""
        directory = self._store.directory()
        topic = directory.topic(box.topic) if box else None
        department = directory.department(box.department) if box else None
        return routed(
            directory,
            NOBODY,
            CallDraft(
                "", source="email", topic=topic.uid if topic and topic.active else None,
                department=department.uid if department and department.active else None,
                priority=box.priority if box and box.priority else None,
            ),
        )  # fmt: skip

    # ── whose it is, and where it belongs ────────────────────────────────────────────────────────────────────────

    def _by_its_writer(self, mail: IncomingMail) -> IncomingMail:
        """The mail under the name of whoever wrote it, where a form or a machine sent it for him."""
        sent_for_him = mail.sender.casefold() in self._store.directory().own_addresses or is_machine(
            mail.sender
        )
        if mail.reply_to is None or not sent_for_him or mail.kind != "mail":
            return mail
        name, address = mail.reply_to
        return replace(mail, sender=address, sender_name=name, reply_to=None)

    def _colleague(self, mail: IncomingMail, ticket: TicketRecord) -> str:
        """The agent who writes to a ticket from his own address, as the note says it; "" for anybody else.

        It is a note, for an address proves nobody: what an agent says to callers he says when he is logged in.
        """
        name = self._agent_at(mail.sender.casefold())
        if not name or mail.sender.casefold() in self._addresses_of_caller(ticket):
            return ""
        return _("{agent}, by mail,").format(agent=name)

    def _agent_at(self, address: str) -> str:
        """The name of the agent who has this address; "" for none."""
        agents = self._store.directory().agents
        found = (each for each in agents if each.active and address and each.email.casefold() == address)
        return next((each.name for each in found), "")

    def _is_answer_of_machine(self, mail: IncomingMail) -> bool:
        """Whether a machine only answers, or reports about, what this desk has sent: that is no new need."""
        return mail.kind == "bounce" or (
            mail.kind == "automatic"
            and any(
                known.state == "sent"
                for reference in mail.references
                for known in self._store.mails.by_message_id(reference)
            )
        )

    def _sender(self, mail: IncomingMail) -> tuple[EntityId | None, list[Draft]]:
        """The caller with this address, and what makes him if nobody has it."""
        address = mail.sender.casefold()
        if not address:
            return None, []
        known = self._store.people.by_contact("email", address)
        if known:
            return min(known, key=lambda person: person.id).uid, []
        person = from_outside(self._desk_uid(), "mail person", address)
        fields = {"person": person, "kind": "email", "value": mail.sender, "key": address}
        contact = Draft("contact_added", from_outside(person, "mail", address), fields)
        withdrawn = fold(self._store.journal.of_entity(person, None)).withdrawn
        if self._store.people.by_uid(person) is not None and not withdrawn:
            # His address was taken off him: he is still who he was.
            return person, []
        made = Draft("person_added", person, {"name": mail.sender_name or "", "organisation": None})
        return person, [made, contact]

    def _ticket_of(self, mail: IncomingMail) -> tuple[TicketRecord | None, str]:
        """The ticket that a mail belongs to, or a hint for whoever reads the new one."""
        for reference in mail.references:
            for known in self._store.mails.by_message_id(reference):
                record = self._store.tickets.by_uid(known.ticket) if known.ticket and not known.void else None
                if record is not None and record.state != "withdrawn":
                    return self._whole(record), ""
        for found in _TOKEN.finditer(mail.subject):
            reading = read_number(found[1] or found[2])
            if reading is None or reading.wrong_check or reading.number is None:
                continue
            for record in self._store.tickets.by_number(reading.number):
                if record.state == "withdrawn":
                    continue
                if self._is_known_there(mail.sender.casefold(), record):
                    return self._whole(record), ""
                return None, _("The subject names {number}, but {sender} is not known there.").format(
                    number=record.number, sender=mail.sender or _("the sender")
                )
        return None, ""

    def _is_known_there(self, address: str, record: TicketRecord) -> bool:
        """Whether the ticket's caller, somebody who wrote to it before, one in copy or an agent has this address."""
        if not address:
            return False
        own = self._addresses_of_caller(record)
        return (
            bool(self._agent_at(address))
            or address in (*own, *copies_of(self._state(record)))
            or any(mail.sender == address for mail in self._store.mails.of_ticket(record.uid))
        )

    def _addresses_of_caller(self, record: TicketRecord) -> frozenset[str]:
        """Folded."""
        person = self._store.people.by_id(record.caller) if record.caller else None
        contacts = person.contacts if person else ()
        return frozenset(value.casefold() for _uid, kind, value in contacts if kind == "email")


def _reply_hint(mail: IncomingMail) -> str:
    """What is said of a mail whose answer somebody else wants; "" for any other."""
    if mail.reply_to is None:
        return ""
    return _("The sender wants the answer to go to {address}.").format(address=mail.reply_to[1])


def _first_line(text: str) -> str:
    """The first line with a word in it; "" for none, as of what is no text."""
    lines = (" ".join(line.split()) for line in text.splitlines() if any(map(str.isalnum, line)))
    return next((line[:100] for line in lines if line.isprintable()), "")
