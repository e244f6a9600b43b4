"""One line that finds the caller by any part of name, number or address, or takes down a new one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_desk.desk.views import NewPerson, PersonHit
from desktop_desk.domain.phones import shown
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.calls.caller_text import read_caller
from desktop_desk.ui.search.hits import spans
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.elided_label import ElidedLabel
from desktop_desk.ui.widgets.plain_tip import plain_tip
from desktop_desk.ui.widgets.search_list import Hit, SearchList


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a known person's id and name, or what was typed of a new one; both empty for nobody."""

    person: str = ""
    name: str = ""
    typed: str = ""


_NEW = "new"


class CallerField(QWidget):
    """Finds while typing; Enter takes the marked match, or what is typed as a new caller, and never saves.

    Signals:
        query(text, token): look for people with this; answer with `set_people` and the same token.
        changed(): another caller, or other text.
        settled(): the person is done with this field, by Enter.
    """

    query = Signal(str, int)
    changed = Signal()
    settled = Signal()

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region = ""
        self._number = ""
        self._withheld = False
        self._colleague = ""
        self._picked: PersonHit | None = None
        self._hits: dict[str, PersonHit] = {}
        self._asked = 0
        self._answered = 0
        self._take_when_answered = False
        self._once_known: Callable[[], None] | None = None
        self._search = SearchList(look, _("Caller: name, number, e-mail"), rows=6, popup=True, parent=self)
        self.edit = self._search.edit
        self.edit.setObjectName("caller")
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        self._says = ElidedLabel(self)
        self._says.setObjectName("caller_says")
        set_look(self._says, "meta")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._search)
        column.addWidget(self._says)
        self._search.query_changed.connect(self._on_query)
        self._search.picked.connect(self._on_picked)
        self._show()

    def caller(self) -> Caller:
        """Who calls, as far as it is known now."""
        if self._picked is not None:
            return Caller(self._picked.uid, self._picked.name, self.edit.text())
        return Caller(typed=self.edit.text().strip())

    def new_person(self) -> NewPerson | None:
        """The new caller that was typed; None for a known one, or when nothing was typed."""
        if self._picked is not None:
            return None
        typed = read_caller(self.edit.text())
        phones = typed.phones
        if self._number and self._number not in phones:
            phones = (self._number, *phones)
        if not typed and not self._number:
            return None
        return NewPerson(name=typed.name, phones=phones, emails=typed.emails)

    def put_away(self) -> bool:
        """Put the matches away; False when none are shown."""
        shown = self._search.list.isVisible()
        self._search.close_hits()
        return shown

    def once_known(self, then: Callable[[], None]) -> None:
        """Call `then` once it is known who was picked: now, or when the answer that Enter waits for is there."""
        if self._take_when_answered:
            self._once_known = then
        else:
            then()

    def set_region(self, region: str) -> None:
        """The country of the desk became known, by which numbers are read and shown."""
        if region != self._region:
            self._region = region
            if self._picked is not None:
                self._put(self._shown(self._picked))
            self._show()

    def set_number(self, number: str, *, withheld: bool = False) -> None:
        """The number that the telephone shows; a new caller gets it without typing."""
        self._number, self._withheld = number, withheld
        self._show()

    def set_colleague(self, extension: str, name: str) -> None:
        """The telephone shows an extension of the office: whose it is is said, and nobody is made of it."""
        self._colleague = " · ".join(part for part in (extension, name) if part)
        self._show()

    def set_caller(self, person: PersonHit | None, typed: str = "") -> None:
        """Show a known person, or text as if it were typed; asks nobody."""
        self._picked = person
        self._put(self._shown(person) if person is not None else typed)
        self._show()
        self.changed.emit()

    def look_for(self, text: str) -> None:
        """Look for people as if this had just been typed."""
        self._picked = None
        self._search.set_text(text)
        self._search.ask()

    def set_people(self, people: Sequence[PersonHit], token: int) -> None:
        """The answer to `query`; a late one for older text changes nothing."""
        if token != self._asked:
            return
        self._answered = token
        self._hits = {hit.uid: hit for hit in people}
        self._search.set_hits(self._rows(people), token)
        if self._take_when_answered:
            self._take_when_answered = False
            if people:
                self._take(people[0])
        self._show()
        waiting, self._once_known = self._once_known, None
        if waiting is not None:
            waiting()

    def _rows(self, people: Sequence[PersonHit]) -> list[Hit]:
        """The matches, and under them the way to say that it is none of these."""
        new = self.new_person()
        rows = [self._row(hit) for hit in people]
        if rows and new is not None:
            rows.append(Hit(_NEW, self._new_text(new)))
        return rows

    def _row(self, person: PersonHit) -> Hit:
        typed = self.edit.text().strip()
        contact = self._contact(person)
        subtitle = " · ".join(part for part in (contact, person.organisation) if part)
        tickets = person.open_tickets
        right = ngettext("%d open", "%d open", tickets) % tickets if tickets else ""
        matches = spans(person.name, (typed,) if typed else ())
        return Hit(person.uid, person.name or contact, subtitle, right, matches=matches)

    def _phone(self, typed: str) -> str:
        """A number as it is shown everywhere in the panel, and read back."""
        return shown(typed, self._region)

    def _contact(self, person: PersonHit) -> str:
        return self._phone(person.phone) or person.email

    def _shown(self, person: PersonHit) -> str:
        """A known caller on one line."""
        return " · ".join(part for part in (person.name, self._contact(person)) if part)

    def _new_text(self, new: NewPerson) -> str:
        parts = (new.name, *map(self._phone, new.phones), *new.emails)
        return _("New caller: {caller}").format(caller=" · ".join(part for part in parts if part))

    def _put(self, text: str) -> None:
        self._search.set_text(text)
        self.edit.setCursorPosition(0 if self._picked is not None else len(text))

    def _take(self, hit: PersonHit) -> None:
        self._picked = hit
        self._put(self._shown(hit))
        self._show()
        self.changed.emit()

    def _on_query(self, text: str, token: int) -> None:
        if self._picked is not None and text == self._shown(self._picked):
            return
        self._picked = None
        self._take_when_answered = False
        self._once_known = None
        self._asked = token
        if text.strip():
            self.query.emit(text, token)
        else:
            self._answered = token
            self._search.set_hits([], token)
        self._show()
        self.changed.emit()

    def _on_picked(self, key: object) -> None:
        hit = self._hits.get(str(key))
        if hit is not None:
            self._take(hit)
        else:
            self._hits = {}
            self._show()
        self.settled.emit()

    def _on_enter(self) -> None:
        """Enter with no match marked: what is typed is a new caller, unless the answer is still on its way."""
        self._take_when_answered = self._picked is None and self._asked != self._answered
        self.settled.emit()

    def _show(self) -> None:
        sentence = self._sentence()
        self._says.setText(sentence)
        self._says.setToolTip(plain_tip(sentence))

    def _sentence(self) -> str:
        if self._picked is not None:
            tickets = self._picked.open_tickets
            count = ngettext("%d open ticket", "%d open tickets", tickets) % tickets
            return " · ".join(part for part in (self._picked.organisation, count) if part)
        new = self.new_person()
        if new is None and self._colleague:
            return self._colleague
        if new is None and self._withheld:
            return _("The number is withheld: any part of the name finds the caller.")
        if new is None:
            return _("Any part of it finds the caller; Enter picks.")
        if self._number and not new.name:
            return _("{number} is not known yet: type the caller's name").format(
                number=self._phone(self._number)
            )
        if self._hits and self._asked == self._answered:
            return _("Enter picks the marked caller")
        return self._new_text(new)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        # Matches of older text are no answer: what was typed faster than it was found is taken when it is.
        no_answer = not self._search.list.isVisible() or self._asked != self._answered
        if enter and plain and no_answer:
            self._search.close_hits()
            self._on_enter()
            return True
        return super().eventFilter(watched, event)
