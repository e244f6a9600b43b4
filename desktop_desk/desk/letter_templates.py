"""Templates of the office's letters, and who gets the letters of a ticket."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop_desk.desk.addressing import caller_address, copies_of, mailbox_for
from desktop_desk.desk.letter_settings import letter_values, template_field, template_of
from desktop_desk.desk.purging import Purging
from desktop_desk.desk.routing import named
from desktop_desk.desk.views import Done


@dataclass(frozen=True, slots=True)
class TemplateView:
    """Templates of one kind and language: of the department, and of the whole desk; "" where there is none."""

    department: str
    desk: str


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who gets the replies of a ticket by mail.

    Attributes:
        to: the caller's address; "" when nothing is mailed to him.
        sender: the address that they come from; "" when no mailbox can send.
        copies: addresses that get them in copy; they get nothing while `to` is empty.
    """

    to: str
    sender: str
    copies: tuple[str, ...]


class LetterTemplates(Purging):
    """Verbs about what letters say and to whom they go."""

    def template(self, kind: str, language: str, department: str | None = None) -> TemplateView:
        """The templates of a kind of letter in a language; Invalid or NotFound for what is unknown."""
        name = template_field(kind, language)
        with self._store.reading():
            self._me()
            directory = self._store.directory()
            part = named(directory.department, department, "department") if department else None
            own = template_of(self._store, part, name) if part is not None else ""
            return TemplateView(own, template_of(self._store, None, name))

    def set_template(self, kind: str, language: str, text: str, department: str | None = None) -> Done:
        """Let a department, or for None the whole desk, write a kind of letter so; "" goes back to the one before.

        The text is not filled in here: whoever calls this has seen that it can be.
        """
        fields: dict[str, Any] = {template_field(kind, language): text}
        if department is None:
            return self.change_settings(**fields)
        with self._store.writing():
            part = named(self._store.directory().department, department, "department")
            return self.change("department", part.uid, **fields)

    def letter_values(self, number: str) -> Mapping[str, str]:
        """What a letter about a ticket could say now, with its last reply; for previews."""
        with self._store.reading():
            self._me()
            record = self._whole(self._find(number))
            facts = self._store.journal.of_ticket(record.uid)
            said = next((fact for fact in reversed(facts) if fact.verb == "replied"), None)
            return letter_values(self._store.directory(), record, said, resolved=record.state == "resolved")

    def recipients(self, number: str) -> Recipients:
        """Who would get a reply to this ticket now."""
        with self._store.reading():
            self._me()
            record = self._whole(self._find(number))
            directory = self._store.directory()
            box = mailbox_for(self._store, directory, record)
            to = caller_address(self._store, record)
            mailed = bool(to) and box is not None and to.casefold() not in directory.own_addresses
            copies = copies_of(self._state(record))
            return Recipients(to if mailed else "", box.address if box is not None else "", copies)
