"""The conversation of a ticket: its text can be selected over several cards, copied and searched."""

from collections.abc import Hashable

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.announce import announce
from desktop_desk.ui.widgets.card_files import CardFile
from desktop_desk.ui.widgets.card_list import CardList
from desktop_desk.ui.widgets.card_paint import (
    FOLD_AT,
    Card,
    CardKind,
    Span,
    shown_text,
)
from desktop_desk.ui.widgets.card_stack import Chosen, Letter, cut

__all__ = ["Card", "CardFile", "CardKind", "ThreadView"]

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class ThreadView(CardList):
    """Shows cards; lays out only those in view. The text can be selected over several cards and copied.

    Up and Down go from card to card and through a long one; Ctrl+C copies the selected text, or else the card; Q
    unfolds what is quoted in it, and folds it away again.

    Signals: card_activated(key) on Enter; file_activated(key) when a file of a card is clicked; menu_requested(key,
    menu) before the context menu opens, to add to it.
    """

    card_activated = Signal(object)
    file_activated = Signal(object)
    menu_requested = Signal(object, QMenu)

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._chosen: Chosen | None = None
        self.setMouseTracking(True)

    def selected_text(self) -> str:
        """The selected text; whole cards in the middle with their heads."""
        if self._chosen is None or self._chosen.is_empty:
            return ""
        parts: list[str] = []
        first, last = self._chosen.first.row, self._chosen.last.row
        for row in range(first, last + 1):
            card, span = self._cards.cards[row], self._chosen.within(row)
            if span is None:
                continue
            parts.append(card.spoken if first < row < last else cut(shown_text(card), span))
        return "\n\n".join(part for part in parts if part)

    def copy(self) -> None:
        """Copies the selected text, or else the card with the cursor."""
        text = self.selected_text()
        row = self.currentIndex().row()
        if not text and row >= 0:
            text = self._cards.cards[row].spoken
        if text:
            QGuiApplication.clipboard().setText(text.replace("\0", ""))

    def select_all(self) -> None:
        """Selects the text of all cards."""
        if self._cards.cards:
            last = len(self._cards.cards) - 1
            self._chosen = Chosen(Letter(0, 0), Letter(last, len(self._cards.cards[last].whole) * 2))
            self.viewport().update()

    # What is quoted

    def has_quotes(self) -> bool:
        """Whether anything in the conversation is quoted."""
        return any(card.quoted for card in self._cards.cards)

    def toggle_quoted(self) -> None:
        """Unfold what is quoted in the card with the cursor, or in the newest that quotes; or fold it away again."""
        key = self.current_key()
        quoting = [card.key for card in self._cards.cards if card.quoted]
        if quoting:
            self._quote(key if key in quoting else quoting[-1])

    def toggle_all_quoted(self) -> None:
        """Unfold everything that is quoted, or, when it all is, fold it away."""
        quoting = {card.key for card in self._cards.cards if card.quoted}
        if quoting:
            opening = not quoting <= self._quotes
            self._quotes = self._quotes | quoting if opening else self._quotes - quoting
            self._show_quotes(opening=opening)

    def _quote(self, key: Hashable) -> None:
        opening = key not in self._quotes
        self._quotes ^= {key}
        self._show_quotes(opening=opening)

    def _show_quotes(self, *, opening: bool) -> None:
        """Lay out anew what was folded or unfolded; what is read stays where it is."""
        place = self.place()
        self._stay_at_end = False
        self.set_cards(list(self._cards.cards), keep_place=False)
        self.restore_place(place)
        announce(self, _("Quoted text is shown") if opening else _("Quoted text is folded"))

    def _quote_at(self, place: QPoint) -> Card | None:
        """The card whose line about what is quoted stands there."""
        row = self._stack.row_at(place.y() + self.verticalOffset())
        if row < 0 or not self._cards.cards[row].quoted:
            return None
        inside = QPointF(place.x(), place.y() + self.verticalOffset() - self._stack.top(row))
        line = self._painter.quote_line(self._lay(row), self._width())
        return self._cards.cards[row] if line.contains(inside) else None

    def _mark_of(self, row: int) -> Span | None:
        return self._chosen.within(row) if self._chosen is not None else None

    def _forget_mark(self) -> None:
        self._chosen = None

    def _letter_at(self, place: QPoint) -> Letter | None:
        row = self._stack.row_at(place.y() + self.verticalOffset())
        if row < 0:
            return None
        laid = self._lay(row)
        inside = QPointF(place.x(), place.y() + self.verticalOffset() - self._stack.top(row))
        if laid.body is None:
            return Letter(row, 0 if inside.y() < laid.height / 2 else len(laid.card.whole) * 2)
        return Letter(row, self._painter.letter_at(laid, inside))

    def _fold_at(self, place: QPoint) -> int:
        """The card whose "show more" stands there; -1 for none."""
        row = self._stack.row_at(place.y() + self.verticalOffset())
        if row < 0:
            return -1
        inside = QPointF(place.x(), place.y() + self.verticalOffset() - self._stack.top(row))
        return row if self._painter.fold_line(self._lay(row), self._width()).contains(inside) else -1

    def _file_at(self, place: QPoint) -> CardFile | None:
        """The file whose line stands there."""
        row = self._stack.row_at(place.y() + self.verticalOffset())
        if row < 0 or not self._cards.cards[row].files:
            return None
        inside = QPointF(place.x(), place.y() + self.verticalOffset() - self._stack.top(row))
        return self._painter.file_at(self._lay(row), inside, self._width())

    def _unfold(self, row: int) -> None:
        """Shows four times as much of a long card."""
        card, laid = self._cards.cards[row], self._lay(row)
        if not laid.folded:
            return
        self._unfolded[card.key] = max(self._unfolded.get(card.key, 0), FOLD_AT) * 4
        self._laid.pop(row)
        self._stay_at_end = False
        self._stack.correct({row: self._lay(row).height})
        self._set_range()
        self._settle()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.currentIndex().row(), Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0 and not event.modifiers():
            if self._lay(row).folded:
                self._unfold(row)
            else:
                self.card_activated.emit(self.current_key())
        elif key == Qt.Key.Key_Q and not event.modifiers():
            self.toggle_quoted()
        elif key in _STEPS and not event.modifiers() and self._scroll_within(row, _STEPS[key]):
            pass
        else:
            super().keyPressEvent(event)

    def _scroll_within(self, row: int, step: int) -> bool:
        """Whether the card with the cursor goes on out of view that way, and was scrolled."""
        if row < 0:
            return False
        box = self._rect_of(row)
        hidden = box.bottom() - self.viewport().height() if step > 0 else -box.top()
        if hidden <= 0 or box.height() < self.viewport().height():
            return False
        self._stay_at_end = False
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + step * min(hidden + 1, self.viewport().height() // 3))
        return True

    def keyboardSearch(self, search: str) -> None:
        """Nothing: single letters are the program's keys."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        fold = self._fold_at(place)
        if fold >= 0:
            self._unfold(fold)
            return
        quoting = self._quote_at(place)
        if quoting is not None:
            self._quote(quoting.key)
            return
        file = self._file_at(place)
        letter = self._letter_at(place)
        self._chosen = Chosen(letter, letter) if letter is not None and file is None else None
        index = self.indexAt(place)
        if index.isValid():
            self.setCurrentIndex(index)
        self.viewport().update()
        if file is not None:
            self.file_activated.emit(file.key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._point(place)
            return
        letter = self._letter_at(place)
        if self._chosen is not None and letter is not None and letter != self._chosen.point:
            self._chosen = Chosen(self._chosen.anchor, letter)
            self.viewport().update()
        beyond = min(place.y(), 0) or max(place.y() - self.viewport().height(), 0)
        if beyond:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + beyond)

    def _point(self, place: QPoint) -> None:
        shapes = Qt.CursorShape
        pressed = self._fold_at(place) >= 0 or (self._quote_at(place) or self._file_at(place)) is not None
        shape = shapes.PointingHandCursor if pressed else shapes.IBeamCursor
        self.viewport().setCursor(shape if self.indexAt(place).isValid() else shapes.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing: the press and the moves have done it."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        letter = self._letter_at(event.position().toPoint())
        if letter is None:
            return
        span = self._painter.word_at(self._lay(letter.row), letter.at)
        self._chosen = Chosen(Letter(letter.row, span.start), Letter(letter.row, span.end))
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = (
            self.indexAt(event.pos())
            if event.reason() == QContextMenuEvent.Reason.Mouse
            else self.currentIndex()
        )
        if not index.isValid():
            return
        self.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = bool(self.selected_text())
        copy = menu.addAction(_("&Copy selected text") if chosen else _("&Copy entry"))
        copy.setObjectName("copy")
        copy.triggered.connect(self.copy)
        menu.addAction(_("Select &all")).triggered.connect(self.select_all)
        self.menu_requested.emit(self.current_key(), menu)
        box = self._rect_of(index.row())
        at = event.globalPos() if event.reason() == QContextMenuEvent.Reason.Mouse else QPoint()
        menu.popup(
            at if not at.isNull() else self.viewport().mapToGlobal(QPoint(box.x() + 24, max(box.y(), 0) + 24))
        )
