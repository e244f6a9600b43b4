"""A line of input with its hits below; Enter picks a hit and does nothing else."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QSizePolicy, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.search_hits import HIT_ROLE, Hit, HitDelegate, HitModel

__all__ = ["Hit", "SearchList"]

_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class HitList(QListView):
    """The hits; never takes the focus from the line of input."""

    def __init__(self, look: Appearance, rows: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows
        self._look = look
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setItemDelegate(HitDelegate(look, self))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def wanted_height(self) -> int:
        """As high as its hits, at most `rows` plain ones."""
        model = self.model()
        most = self._look.control_height * self._rows + 8
        used = 0
        for row in range(model.rowCount() if model is not None else 0):
            used += self.sizeHintForRow(row)
            if used >= most:
                return most
        return used + 8 if used else 0

    def sizeHint(self) -> QSize:
        return QSize(240, self._look.control_height * self._rows + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._look.control_height * 2)


class SearchList(QWidget):
    """Asks while the user types, shows what was found, and tells what was picked.

    With `popup` the hits float below the line inside the window and go away when they are not needed; otherwise they
    stand below it. Up and Down move through the hits from the line of input. Enter picks and never reaches a form.
    Escape first puts the hits away, then clears the text, then is left to the owner.

    Signals:
        query_changed(text, token): the owner looks it up and answers with `set_hits(hits, token)`.
        picked(key), highlighted(key), dismissed().
    """

    query_changed = Signal(str, int)
    picked = Signal(object)
    highlighted = Signal(object)
    dismissed = Signal()

    def __init__(
        self,
        look: Appearance,
        name: str,
        *,
        placeholder: str = "",
        rows: int = 6,
        popup: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._popup = popup
        self._token = 0
        self.edit = QLineEdit(self)
        self.edit.setObjectName("search-edit")
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(placeholder)
        self.list = HitList(look, rows, self)
        self.list.setObjectName("search-hits")
        self.list.setAccessibleName(_("{name}: found").format(name=name))
        self._model = HitModel(self.list)
        self.list.setModel(self._model)
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.edit)
        if self._popup:
            set_look(self.list, "popup")
            self.list.hide()
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        else:
            column.addWidget(self.list, 1)
        self.setFocusProxy(self.edit)
        self.edit.installEventFilter(self)

    def _connect(self) -> None:
        self.edit.textEdited.connect(self._on_edited)
        self.list.clicked.connect(self._on_clicked)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self._look.changed.connect(self._on_look_changed)
        # Floating hits belong to the window, which may outlive this widget by far.
        self.destroyed.connect(self.list.deleteLater)

    # what the owner asks

    def text(self) -> str:
        """What was typed."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Shows a text without asking for hits."""
        self.edit.setText(text)

    def clear(self) -> None:
        """Empties line and hits."""
        self._token += 1
        self.edit.clear()
        self._show([])

    def ask(self) -> None:
        """Asks for the hits of the text as it stands, as if it had just been typed."""
        self._token += 1
        self.query_changed.emit(self.edit.text(), self._token)

    def next_token(self) -> int:
        """A new token; answers to older questions are dropped from now on."""
        self._token += 1
        return self._token

    def set_hits(self, hits: Sequence[Hit], token: int) -> bool:
        """Shows the answer to the question with this token; False when it came too late and was dropped."""
        if token != self._token:
            return False
        self._show(list(hits))
        return True

    def highlighted_key(self) -> object:
        """The key of the hit with the cursor; None for none."""
        hit = self.list.currentIndex().data(HIT_ROLE)
        return hit.key if isinstance(hit, Hit) else None

    def close_hits(self) -> None:
        """Puts floating hits away."""
        if self._popup:
            self.list.hide()

    # what happens

    def _show(self, hits: list[Hit]) -> None:
        key = self.highlighted_key()
        self._model.show(hits)
        places = [row for row, hit in enumerate(hits) if hit.key == key] or [0]
        if hits:
            self.list.setCurrentIndex(self._model.index(places[0]))
        if self._popup:
            self._place_popup(shown=bool(hits) and self.edit.hasFocus())

    def _place_popup(self, *, shown: bool) -> None:
        window = self.window()
        if not shown or window is self:
            self.list.hide()
            return
        if self.list.parentWidget() is not window:
            self.list.setParent(window)
        corner = self.edit.mapTo(window, QPoint(0, self.edit.height() + 2))
        height = min(self.list.wanted_height(), window.height() - corner.y() - 8)
        self.list.setGeometry(corner.x(), corner.y(), self.edit.width(), max(height, 40))
        self.list.show()
        self.list.raise_()

    def _on_edited(self, text: str) -> None:
        self._token += 1
        self.query_changed.emit(text, self._token)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._pick(index)

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        hit = current.data(HIT_ROLE)
        if isinstance(hit, Hit):
            self.edit.setAccessibleDescription(hit.spoken)
            self.highlighted.emit(hit.key)

    def _on_look_changed(self) -> None:
        self.list.scheduleDelayedItemsLayout()
        self.list.viewport().update()

    def _pick(self, index: QModelIndex) -> None:
        hit = index.data(HIT_ROLE)
        if not isinstance(hit, Hit):
            return
        self.close_hits()
        self.picked.emit(hit.key)

    def _move(self, key: int) -> None:
        if self._popup and not self.list.isVisible():
            self._place_popup(shown=self._model.rowCount() > 0)
            return
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}[
            Qt.Key(key)
        ]
        last = self._model.rowCount() - 1
        row = min(max(self.list.currentIndex().row() + step, 0), last)
        if last >= 0:
            self.list.setCurrentIndex(self._model.index(row))

    def _dismiss(self) -> bool:
        """Whether there was still something to put away."""
        if self._popup and self.list.isVisible():
            self.list.hide()
        elif self.edit.text():
            self.clear()
            self.ask()
        else:
            self.dismissed.emit()
            return False
        return True

    # what Qt asks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        if event.type() == QEvent.Type.FocusOut and self._popup and not self.list.underMouse():
            self.list.hide()
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and key in _MOVES:
            self._move(key)
            return True
        if plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self._popup or self.list.isVisible():
                self._pick(self.list.currentIndex())
            return True
        if plain and key == Qt.Key.Key_Escape:
            return self._dismiss()
        return False

    def hideEvent(self, event: QEvent) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.close_hits()
        super().hideEvent(event)  # pyright: ignore[reportArgumentType]
