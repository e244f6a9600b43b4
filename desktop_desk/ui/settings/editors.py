"""Editors that all speak alike: `value()`, `set_value()` and the signal `edited` when a person changed it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from desktop_desk.i18n import _
from desktop_desk.ui.widgets.wheel import pass_wheel

Value = str | bool | int | list[str] | None
"""What an editor holds: text, a tick, a number, the keys that are ticked, or nothing chosen."""

Choices = Sequence[tuple[str, str]]
"""Key and shown text of each choice, in the order in which they are shown."""


class LineEditor(QLineEdit):
    """One line of text, without blanks at its ends."""

    edited = Signal()

    def __init__(self, *, hidden: bool = False, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hidden = hidden
        if hidden:
            self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setPlaceholderText(placeholder)
        self.textEdited.connect(self._on_text_edited)

    def _on_text_edited(self, _text: str) -> None:
        self.edited.emit()

    def value(self) -> str:
        """The text; a password keeps its blanks."""
        return self.text() if self._hidden else self.text().strip()

    def set_value(self, value: Value) -> None:
        """Show a text; None shows an empty line."""
        self.setText("" if value is None else str(value))
        self.setCursorPosition(0)


class TextEditor(QPlainTextEdit):
    """Several lines of text; Tab goes to the next field."""

    edited = Signal()

    def __init__(self, *, lines: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + 20)
        self.textChanged.connect(self._on_text_changed)

    def _on_text_changed(self) -> None:
        self.edited.emit()

    def value(self) -> str:
        """The text without blanks at its ends."""
        return self.toPlainText().strip()

    def set_value(self, value: Value) -> None:
        """Show a text; None shows an empty editor."""
        with QSignalBlocker(self):
            self.setPlainText("" if value is None else str(value))


class ChoiceEditor(QComboBox):
    """One of several things; `searchable` lets the person type any part of a long list's texts."""

    edited = Signal()

    def __init__(
        self, choices: Choices = (), *, searchable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        pass_wheel(self)
        if searchable:
            self.setEditable(True)
            self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            completer = QCompleter(self.model(), self)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.activated.connect(self._on_completed)
            self.setCompleter(completer)
            line = self.lineEdit()
            if line is not None:
                line.editingFinished.connect(self._on_typed)
        self.set_choices(choices)
        self.activated.connect(self._on_activated)

    def set_choices(self, choices: Choices) -> None:
        """Replace what can be chosen; the chosen key stays chosen when it is still there."""
        chosen = self.value()
        with QSignalBlocker(self):
            self.clear()
            for key, text in choices:
                self.addItem(text, key)
        self.set_value(chosen)

    def value(self) -> str | None:
        """The chosen key, also when it was typed and not left yet; None when nothing or the empty key is chosen."""
        typed = self._typed_place()
        key = self.itemData(self.currentIndex() if typed is None else typed)
        return str(key) if key else None

    def set_value(self, value: Value) -> None:
        """Choose a key; one that can no longer be chosen is added, so that saving never loses it."""
        key = "" if value is None else str(value)
        place = self.findData(key)
        if place < 0 and key:
            with QSignalBlocker(self):
                self.addItem(_("(no longer in use)"), key)
            place = self.findData(key)
        with QSignalBlocker(self):
            self.setCurrentIndex(place)
        line = self.lineEdit()
        if line is not None:
            line.setText(self.itemText(place) if place >= 0 else "")
            line.setCursorPosition(0)

    def _on_activated(self, _place: int) -> None:
        self.edited.emit()

    def _on_completed(self, _text: str) -> None:
        self._on_typed()

    def _typed_place(self) -> int | None:
        """The place of what was typed, in any case; None when that is no choice, or the one that is chosen."""
        line = self.lineEdit()
        if line is None or line.text() == self.itemText(self.currentIndex()):
            return None
        place = self.findText(line.text().strip(), Qt.MatchFlag.MatchFixedString)
        return place if place >= 0 else None

    def _on_typed(self) -> None:
        place = self._typed_place()
        if place is None:
            # What was typed is no choice: the last one comes back.
            line = self.lineEdit()
            if line is not None:
                line.setText(self.itemText(self.currentIndex()))
            return
        with QSignalBlocker(self):
            self.setCurrentIndex(place)
        self.edited.emit()


class TickEditor(QCheckBox):
    """Yes or no."""

    edited = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self, _checked: bool) -> None:  # noqa: FBT001  the signal's own shape
        self.edited.emit()

    def value(self) -> bool:
        """Whether it is ticked."""
        return self.isChecked()

    def set_value(self, value: Value) -> None:
        """Tick it or not."""
        self.setChecked(bool(value))


class NumberEditor(QSpinBox):
    """A whole number between two bounds, both allowed."""

    edited = Signal()

    def __init__(self, least: int, most: int, *, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(least, most)
        self.setSuffix(unit)
        pass_wheel(self)
        # In line with the texts of the other fields.
        self.lineEdit().setTextMargins(8, 0, 0, 0)
        self.valueChanged.connect(self._on_value_changed)

    def _on_value_changed(self, _value: int) -> None:
        self.edited.emit()

    def value(self) -> int:
        """The number."""
        return super().value()

    def set_value(self, value: Value) -> None:
        """Show a number; None shows the least."""
        with QSignalBlocker(self):
            self.setValue(value if isinstance(value, int) else self.minimum())


class TickList(QListWidget):
    """Any number of several things; Space ticks the current one.

    A choice with an empty key is the heading of those after it. Ticked keys that are no longer in the list are
    kept, out of sight, so that saving never loses them.
    """

    edited = Signal()

    def __init__(self, choices: Choices = (), *, rows: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("look", "card")
        self._rows = rows
        self._unlisted: list[str] = []
        self.set_choices(choices)
        self.itemChanged.connect(self._on_item_changed)

    def set_choices(self, choices: Choices) -> None:
        """Replace what can be ticked; ticks stay on the keys that are still there."""
        ticked = self.value()
        with QSignalBlocker(self):
            self.clear()
            for key, text in choices:
                item = QListWidgetItem(text, self)
                if key:
                    item.setData(Qt.ItemDataRole.UserRole, key)
                    item.setFlags(
                        Qt.ItemFlag.ItemIsEnabled
                        | Qt.ItemFlag.ItemIsSelectable
                        | Qt.ItemFlag.ItemIsUserCheckable
                    )
                    item.setCheckState(Qt.CheckState.Unchecked)
                else:
                    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
        self.set_value(ticked)
        self._fit()

    def _fit(self) -> None:
        """As high as its lines, and scrolled when there are many."""
        height = self.fontMetrics().height() + 10
        with QSignalBlocker(self):
            for item in self._items():
                item.setSizeHint(QSize(0, height))
        self.setFixedHeight(height * max(1, min(self._rows, self.count())) + 10)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def value(self) -> list[str]:
        """The ticked keys, in the order of the list, then those that it does not show."""
        ticked = [
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in self._items()
            if item.data(Qt.ItemDataRole.UserRole) and item.checkState() is Qt.CheckState.Checked
        ]
        return ticked + self._unlisted

    def set_value(self, value: Value) -> None:
        """Tick these keys and no others."""
        wanted = set(value) if isinstance(value, list) else set[str]()
        with QSignalBlocker(self):
            for item in self._items():
                key = item.data(Qt.ItemDataRole.UserRole)
                if key:
                    item.setCheckState(Qt.CheckState.Checked if key in wanted else Qt.CheckState.Unchecked)
                    wanted.discard(key)
        self._unlisted = sorted(wanted)

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(place) for place in range(self.count())]

    def _on_item_changed(self, _item: QListWidgetItem) -> None:
        self.edited.emit()
