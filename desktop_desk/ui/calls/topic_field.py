"""The topic of a call: found by any part of its name, suggested from tickets that sound alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_desk.desk.directory import Topic
from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.search_list import Hit, SearchList


@dataclass(frozen=True, slots=True)
class TopicChoice:
    """A topic, and its path with the names of those above it: "Network › VPN"."""

    uid: str
    name: str
    path: str


def topic_choices(topics: Iterable[Topic]) -> tuple[TopicChoice, ...]:
    """The active topics by their path; a circle of parents is cut where it closes."""
    by_uid = {topic.uid: topic for topic in topics}
    choices: list[TopicChoice] = []
    for topic in by_uid.values():
        if not topic.active:
            continue
        names, seen, above = [topic.name], {topic.uid}, topic.parent
        while above is not None and above in by_uid and above not in seen:
            seen.add(above)
            names.append(by_uid[above].name)
            above = by_uid[above].parent
        choices.append(TopicChoice(topic.uid, topic.name, " › ".join(reversed(names))))
    return tuple(sorted(choices, key=lambda choice: choice.path.casefold()))


class TopicField(QWidget):
    """Optional; Enter picks the marked topic, or takes the suggestion when nothing is typed.

    Signals:
        changed(): another topic, or none.
        settled(): the person is done with this field, by Enter.
    """

    changed = Signal()
    settled = Signal()

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[TopicChoice, ...] = ()
        self._picked: TopicChoice | None = None
        self._suggested: TopicChoice | None = None
        self._from_line: TopicChoice | None = None
        self._awaited = ""
        self._search = SearchList(look, _("Topic"), rows=8, popup=True, parent=self)
        self.edit = self._search.edit
        self.edit.setObjectName("topic")
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._search)
        self._search.query_changed.connect(self._on_query)
        self._search.picked.connect(self._on_picked)
        self._show()

    def put_away(self) -> bool:
        """Put the matches away; False when none are shown."""
        shown = self._search.list.isVisible()
        self._search.close_hits()
        return shown

    def set_choices(self, choices: tuple[TopicChoice, ...]) -> None:
        """The topics of the office; what is typed already is looked up in them."""
        self._choices = choices
        if self._picked is None and choices:
            awaited, self._awaited = self._choice(self._awaited), ""
            self._picked = awaited or self._named(self.edit.text())
            if awaited is not None:
                self._search.set_text(awaited.path)
        self._show()

    def uid(self) -> str:
        """The topic that was picked, or its name typed in full; "" for none."""
        return self._picked.uid if self._picked is not None else self._awaited

    def unknown(self) -> str:
        """What is typed and names no topic; "" when a topic is chosen or nothing is typed."""
        return "" if self.uid() else self.edit.text().strip()

    def restore(self, uid: str, typed: str) -> None:
        """Show what a call holds: this topic, as soon as the office's topics are known, else this text."""
        self._picked, self._awaited = None, uid
        self._search.set_text(typed)
        self.set_choices(self._choices)

    def suggest(self, uid: str) -> None:
        """Offer this topic while none is picked; "" takes the offer back."""
        self._suggested = self._choice(uid)
        self._show()

    def set_from_line(self, uid: str) -> None:
        """The line names this topic: nothing else is suggested beside it; "" when it names none."""
        self._from_line = self._choice(uid)
        self._show()

    def _choice(self, uid: str) -> TopicChoice | None:
        return next((choice for choice in self._choices if choice.uid == uid), None)

    def _named(self, text: str) -> TopicChoice | None:
        """The topic whose path this is, else the only one of that name."""
        typed = " ".join(text.split()).casefold()
        paths = [choice for choice in self._choices if choice.path.casefold() == typed]
        named = paths or [choice for choice in self._choices if choice.name.casefold() == typed]
        return named[0] if len(named) == 1 else None

    def _show(self) -> None:
        text = _("optional")
        if self._from_line is not None:
            text = _("{topic} (from the line)").format(topic=self._from_line.path)
        elif self._suggested is not None:
            text = _("{topic} (suggested, Enter takes it)").format(topic=self._suggested.path)
        self.edit.setPlaceholderText(text)

    def _pick(self, choice: TopicChoice) -> None:
        self._picked, self._awaited = choice, ""
        self._search.set_text(choice.path)
        self.changed.emit()
        self.settled.emit()

    def _on_query(self, text: str, token: int) -> None:
        self._picked, self._awaited = self._named(text), ""
        words = text.casefold().split()
        found = (
            [c for c in self._choices if all(word in c.path.casefold() for word in words)] if words else []
        )
        self._search.set_hits([Hit(c.uid, c.path) for c in found], token)
        self.changed.emit()

    def _on_picked(self, key: object) -> None:
        choice = self._choice(str(key))
        if choice is not None:
            self._pick(choice)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not plain or self._search.list.isVisible():
            return super().eventFilter(watched, event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            offered = self._suggested if self._from_line is None else None
            if offered is not None and not self.edit.text().strip():
                self._pick(offered)
            else:
                self.settled.emit()
            return True
        return super().eventFilter(watched, event)
