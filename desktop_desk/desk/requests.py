"""What callers do by themselves, through a form: send a request, see how it stands, answer. No agent acts here.

Whoever holds a `Requests` must let a caller in himself: nothing here asks for a login, and only `admit` compares what
a caller knows of his request.
"""

import hmac
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from desktop_desk.desk.directory import Directory
from desktop_desk.desk.ports import Draft, PersonRecord, TicketRecord
from desktop_desk.desk.posting import post
from desktop_desk.desk.request_form import LONGEST_EMAIL, RequestForm, checked, short
from desktop_desk.desk.routing import routed
from desktop_desk.desk.texts import plain_text
from desktop_desk.desk.unattended import NOBODY, Unattended
from desktop_desk.desk.views import Attachment, AttachmentView, CallDraft, Entry, NewPerson
from desktop_desk.desk.wording import Wording
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.named import from_outside
from desktop_desk.domain.names import name_key
from desktop_desk.domain.numbers import read_number
from desktop_desk.domain.phones import read_phone
from desktop_desk.i18n import _

FEWEST_DIGITS: Final = 6
"""A number of fewer digits is the office's own and no secret."""

GIVEN: Final = "number"
"""The field of an entry with what its sender said he is reached by, a line each; purged like a call's number."""

SIGNING_KEY: Final = "form_key"


@dataclass(frozen=True, slots=True)
class RequestOffice:
    """What a form shows of the office: its name, its zone, and topics as (id, name), those of one kind together."""

    name: str
    zone: str
    topics: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A line of the conversation as its caller may see it; `kind`: message, reply or call, `who`: an agent's name."""

    kind: str
    who: str
    at: int
    text: str
    files: tuple[AttachmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """How a request stands, for its caller: times in ms, `status` in the office's own words."""

    uid: EntityId
    number: str
    subject: str
    status: str
    state: str
    opened: int
    updated: int
    lines: tuple[RequestLine, ...]


class Requests(Unattended):
    """Verbs of callers."""

    @property
    def look(self) -> int:
        """When the backup was made, ms, that this is only a copy of to look at; else 0."""
        return self._store.look

    def request_office(self) -> RequestOffice:
        """What the form is made of."""
        with self._store.reading():
            directory = self._store.directory()
            topics = [
                (topic.uid, _whole_name(directory, topic.uid)) for topic in directory.topics if topic.active
            ]
            topics.sort(key=lambda topic: topic[1].casefold())
            settings = directory.settings
            return RequestOffice(settings.name, settings.zone, tuple(topics))

    def signing_key(self) -> bytes:
        """What forms are signed with: kept in the desk, so that one that was open at a restart can still be sent."""
        with self._store.writing():
            kept = self._store.log.note(SIGNING_KEY)
            if not kept:
                kept = secrets.token_hex(32)
                self._store.log.keep_note(SIGNING_KEY, kept)
            return bytes.fromhex(kept)

    def open_request(self, form: RequestForm, token: str, files: Sequence[Attachment] = ()) -> str:
        """Make a ticket of a request and give its number; the same token again makes nothing and gives the same.

        Raises:
            Invalid, NotFound: a field cannot be taken; Invalid names it.
        """
        measured = self._measured(files)
        with self._store.writing():
            directory = self._store.directory()
            uid, entry = (
                from_outside(directory.settings.uid, "web", f"{token} {part}") for part in ("", "1")
            )
            known = self._store.tickets.by_uid(uid)
            if known is not None:
                return known.number
            form = checked(form)
            asked = CallDraft(form.subject, topic=form.topic or None, source="web")
            try:
                chosen = routed(directory, NOBODY, asked)
            except NotFound as error:
                raise Invalid("topic", error.reason, _("Choose another one.")) from error
            caller, drafts, given = self._sender(form)
            opening = self._opening(uid, form.subject, "web", caller, chosen)
            drafts.append(opening)
            said = {"text": _with_given(form.text, form, given), "person": caller}
            drafts.append(
                Draft("messaged", entry, said | ({GIVEN: "\n".join(given)} if given else {}), ticket=uid)
            )
            self._append([*drafts, *self._with_entry(measured, uid, entry)])
            return str(opening.fields["number"])

    def admit(self, number: str, secret: str) -> EntityId | None:
        """The id of the ticket with this number when the secret is its caller's address or phone number, else None.

        It does the same for a number that does not exist.

        Raises:
            Invalid: the check digit is wrong, which the number alone tells everybody.
        """
        reading = read_number(number[:60])
        if reading is not None and reading.wrong_check:
            raise Invalid(
                "number",
                _("The check digit of {number} is wrong.").format(number=number[:40].strip()),
                _("Look again at the number you were given."),
            )
        with self._store.reading():
            found = self._store.tickets.by_number(reading.number or "") if reading else ()
            record = found[0] if found and found[0].state != "withdrawn" else None
            person = self._store.people.by_id(record.caller if record else 0)
            given = self._given(record) if record else ()
            values = [value for _uid, _kind, value in person.contacts] if person else []
            is_his = self._is_one_of(secret, [*values, *given])
            return record.uid if record is not None and is_his else None

    def status(self, uid: EntityId) -> RequestStatus:
        """How a request stands and what was said, without notes; NotFound when it is gone."""
        with self._store.reading():
            record = self._request(uid)
            # What it was merged into is shown only to whom that belongs too.
            shown = whole if (whole := self._whole(record)).caller == record.caller else record
            own = [shown, *(part for part in self._parts(shown, None) if part.caller == record.caller)]
            if record.id not in {part.id for part in own}:
                own.append(record)
            lines = [line for part in own for line in self._lines_for(record, part)]
            lines.sort(key=lambda pair: (pair[0].at, *pair[0].rank))
            name = self._store.directory().name_of
            return RequestStatus(
                record.uid, record.number, record.subject, name(whole.status), whole.state, record.opened,
                max((entry.at for entry, _line in lines), default=record.opened), tuple(line for _entry, line in lines),
            )  # fmt: skip

    def answer(self, uid: EntityId, text: str, token: str, files: Sequence[Attachment] = ()) -> None:
        """Add what the caller wrote to his request, which opens again if it had ended; once for each token.

        Raises:
            Invalid: there is neither text nor file, or too much of it.
            NotFound: the request is gone.
        """
        measured = self._measured(files)
        with self._store.writing():
            record = self._request(uid)
            whole = self._whole(record)
            entry = from_outside(self._store.directory().settings.uid, "web", f"{token} 1")
            if self._store.journal.of_entity(entry, whole.uid):
                return
            said = {"text": plain_text(short(text, "text"), "text", required=not files)}
            drafts = [Draft("messaged", entry, said | {"person": self._caller_uid(record)}, ticket=whole.uid)]
            drafts += self._with_entry(measured, whole.uid, entry)
            self._append([*drafts, *self._reopening(whole)])

    def request_file(self, uid: EntityId, file: str) -> tuple[AttachmentView, Iterator[bytes]]:
        """A file of a request that its caller may have, and its bytes; NotFound for any other."""
        found = next(
            (view for line in self.status(uid).lines for view in line.files if view.uid == file), None
        )
        if found is None:
            raise NotFound(_("There is no such file."))
        with self._store.reading():
            record = self._store.attachments.by_uid(found.uid)
        if record is None or not found.here:
            raise NotFound(_("This file is not here yet."), _("Try again later."))
        return found, self._bytes(record)

    def _request(self, uid: EntityId) -> TicketRecord:
        record = self._store.tickets.by_uid(uid)
        if record is None or record.state == "withdrawn":
            raise NotFound(_("This request is gone."))
        return record

    def _append(self, drafts: Sequence[Draft]) -> None:
        """One act of nobody's."""
        post(self._store, self._store.journal.append(drafts, None, None), self._clock())

    def _lines_for(self, record: TicketRecord, part: TicketRecord) -> list[tuple[Entry, RequestLine]]:
        """The lines of a part that whoever has the number of a request may see: of another those since they are one.

        Anybody can send a request under somebody's address, and it may be merged with what that person has here: what
        was said before is shown only under its own number.
        """
        if part.id == record.id:
            return self._lines(part)
        since = max(self._merged_at(record), self._merged_at(part))
        return [line for line in self._lines(part) if line[0].at >= since]

    def _merged_at(self, record: TicketRecord) -> int:
        """When a ticket was merged into another, ms; 0 for one that was not."""
        link = self._state(record).heads.get("merged_into")
        return link.at if link is not None and link.fields.get("merged_into") else 0

    def _lines(self, record: TicketRecord) -> list[tuple[Entry, RequestLine]]:
        facts = self._store.journal.of_ticket(record.uid)
        found: list[tuple[Entry, RequestLine]] = []
        for entry in self._thread(record, facts, Wording(self._store)):
            if entry.kind in {"message", "reply"}:
                who = entry.by_name if entry.kind == "reply" else ""
                line = RequestLine(entry.kind, who, entry.at, _without_given(entry), entry.attachments)
            elif entry.kind == "call":
                # What was taken down on the phone are the agent's words for colleagues.
                line = RequestLine("call", "", entry.at, "")
            else:
                continue
            found.append((entry, line))
        return found

    def _given(self, record: TicketRecord) -> tuple[str, ...]:
        """What the sender of a web request said he is reached by, where that is not kept with the caller."""
        if record.source != "web":
            return ()
        entries = (
            fact.fields.get(GIVEN)
            for fact in self._store.journal.of_ticket(record.uid)
            if fact.verb == "messaged"
        )
        return tuple(line for given in entries if given for line in str(given).split("\n"))

    def _is_one_of(self, secret: str, values: Sequence[str]) -> bool:
        """Whether an address or number is one of these; takes as long whichever it is, and for none."""
        country = self._store.directory().settings.country
        wanted = _secret_key(secret, country)
        fits = False
        for value in [*values, *[""] * max(0, 8 - len(values))]:
            key = _secret_key(value or "nobody@nowhere.invalid", country)
            fits |= hmac.compare_digest(key, wanted) and bool(value)
        return fits and bool(wanted)

    def _sender(self, form: RequestForm) -> tuple[EntityId, list[Draft], tuple[str, ...]]:
        """Who sent a request, what makes him if he is new, and what he gave that is not kept with him.

        Nothing is ever added to a caller who is known: whoever names his address must not get another way in.
        """
        person = self._known_sender(form)
        if person is None:
            drafts = self._person_drafts(
                NewPerson(form.name, (form.phone,) if form.phone else (), (form.email,) if form.email else ())
            )
            made = next(draft.entity for draft in drafts if draft.verb == "person_added")
            return made, drafts, ()
        country = self._store.directory().settings.country
        kept = {_secret_key(value, country) for _uid, _kind, value in person.contacts}
        given = (value for value in (form.email, form.phone) if value)
        return person.uid, [], tuple(value for value in given if _secret_key(value, country) not in kept)

    def _known_sender(self, form: RequestForm) -> PersonRecord | None:
        """The one caller with this address; else the one with this number, unless he has another name."""
        people = self._store.people
        by_address = people.by_contact("email", form.email.casefold()) if form.email else ()
        if len(by_address) == 1:
            return by_address[0]
        by_number = people.by_contact("phone", self._phone_key(form.phone)) if form.phone else ()
        if len(by_number) != 1:
            return None
        is_other = bool(form.name) and name_key(form.name) != name_key(by_number[0].name)
        return None if is_other else by_number[0]


def _with_given(text: str, form: RequestForm, given: Sequence[str]) -> str:
    """The text, and below it what the sender gave that the desk did not know of him."""
    if not given:
        return text
    told = " · ".join(part for part in (form.name, *given) if part)
    return f"{text}\n\n{_('Given in the form: {what}').format(what=told)}"


def _without_given(entry: Entry) -> str:
    """What was said, as its sender wrote it: what stands below tells agents what the desk did not know of him."""
    return entry.text.rpartition("\n\n")[0] if entry.fields.get(GIVEN) else entry.text


def _secret_key(value: str, country: str) -> bytes:
    """What an address or a phone number is compared by; empty for what is no secret."""
    kept = " ".join(value[:LONGEST_EMAIL].split()).casefold()
    if "@" in kept:
        return kept.encode("utf-8", "replace")
    digits = read_phone(kept, country).digits
    return digits.encode() if len(digits) >= FEWEST_DIGITS else b""


def _whole_name(directory: Directory, uid: str | None) -> str:
    """A topic's name after those that it belongs to."""
    names: list[str] = []
    passed: set[str] = set()
    topic = directory.topic(uid)
    while topic is not None and topic.uid not in passed:
        passed.add(topic.uid)
        names.append(topic.name)
        topic = directory.topic(topic.parent)
    return " / ".join(reversed(names))
