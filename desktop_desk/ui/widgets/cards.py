"""The conversation of a ticket: cards one below the other, quick at any length."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.widgets.card_model import CardModel
from desktop_desk.ui.widgets.card_paint import (
    FOLD_AT,
    Card,
    CardKind,
    CardPainter,
    LaidCard,
    shown_text,
    words_of,
)
from desktop_desk.ui.widgets.card_stack import CardStack, Chosen, Letter, cut

__all__ = ["Card", "CardKind", "ThreadView"]

_KEEP = 64  # cards that stay laid out, several screens
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class ThreadView(QListView):
    """Shows cards; lays out only those in view. The text can be selected over several cards and copied.

    A list view only for screen readers' sake: places, sizes and painting are all its own.
    Up and Down go from card to card and through a long one; Ctrl+C copies the selected text, or else the card.

    Signals: card_activated(key) on Enter; menu_requested(key, menu) before the context menu opens, to add to it.
    """

    card_activated = Signal(object)
    menu_requested = Signal(object, QMenu)

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._cards = CardModel(self)
        self._painter = CardPainter(look)
        self._stack = CardStack()
        self._laid: dict[int, LaidCard] = {}
        self._unfolded: dict[Hashable, int] = {}
        self._chosen: Chosen | None = None
        self._settling = False
        self._stay_at_end = False
        set_look(self, "thread")
        self.setModel(self._cards)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Conversation"))
        look.changed.connect(self._on_look_changed)

    # what the owner asks

    def set_cards(self, cards: Sequence[Card], *, keep_place: bool = True) -> None:
        """Shows these cards; cursor and place stay by key, and a view at the end stays at the end."""
        place, key, at_end = self.place(), self.current_key(), self._at_end()
        old = {
            card.key: (card, self._stack.height(row), self._stack.is_exact(row))
            for row, card in self._numbered()
        }
        self._laid.clear()
        self._chosen = None
        self._cards.show(list(cards))
        self._fill(old)
        row = self._cards.row_of(key)
        self.setCurrentIndex(self._cards.index(row) if row >= 0 else QModelIndex())
        if not keep_place:
            self._to(0)
        elif at_end and old:
            self.scroll_to_end()
        else:
            self.restore_place(place)

    def set_matches(self, words: Sequence[str]) -> None:
        """Highlights these words wherever they stand, whatever their case; none with an empty list."""
        self._painter.words = words_of(words)
        self._laid.clear()
        self.viewport().update()

    def scroll_to(self, key: Hashable) -> None:
        """Brings the card with this key into view and puts the cursor there."""
        row = self._cards.row_of(key)
        if row >= 0:
            self.setCurrentIndex(self._cards.index(row))
            self.scrollTo(self._cards.index(row), QAbstractItemView.ScrollHint.PositionAtTop)

    def scroll_to_end(self) -> None:
        """Shows the newest card; the view stays at the end while cards come, until the user scrolls up."""
        self._stay_at_end = True
        self._to(self.verticalScrollBar().maximum())

    def current_key(self) -> Hashable | None:
        """The key of the card with the cursor; None for none."""
        row = self.currentIndex().row()
        return self._cards.cards[row].key if row >= 0 else None

    def place(self) -> tuple[Hashable | None, int]:
        """The topmost card in view and how far it is scrolled out, to come back to."""
        top = self.verticalScrollBar().value()
        row = self._stack.row_at(top)
        return (None, 0) if row < 0 else (self._cards.cards[row].key, top - self._stack.top(row))

    def restore_place(self, place: tuple[Hashable | None, int]) -> None:
        """Goes back to a place; to the beginning when its card is gone."""
        row = self._cards.row_of(place[0])
        self._to(self._stack.top(row) + place[1] if row >= 0 else 0)

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
            self._chosen = Chosen(Letter(0, 0), Letter(last, len(self._cards.cards[last].text) * 2))
            self.viewport().update()

    # layout

    def _numbered(self) -> list[tuple[int, Card]]:
        return list(enumerate(self._cards.cards)) if len(self._stack) == len(self._cards.cards) else []

    def _width(self) -> int:
        return max(self.viewport().width(), 80)

    def _fill(self, old: dict[Hashable, tuple[Card, int, bool]]) -> None:
        """Heights for all cards: what is known of unchanged ones, guesses for the others."""
        width = self._width()

        def height(card: Card) -> tuple[int, bool]:
            known = old.get(card.key)
            if known is not None and known[0] == card:
                return known[1], known[2]
            return self._painter.guess(card, width), False

        self._stack.fill(height(card) for card in self._cards.cards)
        self._set_range()

    def _lay(self, row: int) -> LaidCard:
        laid = self._laid.get(row)
        if laid is None:
            if len(self._laid) >= _KEEP:
                self._laid.clear()
            card = self._cards.cards[row]
            laid = self._painter.lay_out(card, self._width(), unfolded=self._unfolded.get(card.key, 0))
            self._laid[row] = laid
        return laid

    def _settle(self) -> None:
        """Lays out what is in view; guesses that were wrong move what is below, never what is read."""
        if self._settling:
            return
        self._settling = True
        bar = self.verticalScrollBar()
        for _try in range(6):
            top = bar.value()
            rows = self._stack.rows_between(top, top + self.viewport().height())
            new = {row: self._lay(row).height for row in rows if not self._stack.is_exact(row)}
            anchor, offset = rows.start, top - (self._stack.top(rows.start) if rows else 0)
            if not new or not self._stack.correct(new):
                break
            self._set_range()
            bar.setValue(bar.maximum() if self._stay_at_end else self._stack.top(anchor) + offset)
        self._settling = False

    def _set_range(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setSingleStep(self._look.metrics(Font.BASE).height() * 2)
        bar.setRange(0, max(self._stack.total - height, 0))

    def _at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.maximum() > 0 and bar.value() >= bar.maximum() - 2

    def _to(self, value: int) -> None:
        self.verticalScrollBar().setValue(value)
        self._settle()
        if self._stay_at_end:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self.viewport().update()

    def _anew(self) -> None:
        """Everything is laid out again: another width or another look."""
        place = self.place()
        self._laid.clear()
        self._fill({})
        if self._stay_at_end:
            self.scroll_to_end()
        else:
            self.restore_place(place)

    def _on_look_changed(self) -> None:
        self._anew()

    # letters under the mouse

    def _letter_at(self, place: QPoint) -> Letter | None:
        row = self._stack.row_at(place.y() + self.verticalOffset())
        if row < 0:
            return None
        laid = self._lay(row)
        inside = QPointF(place.x(), place.y() + self.verticalOffset() - self._stack.top(row))
        if laid.body is None:
            return Letter(row, 0 if inside.y() < laid.height / 2 else len(laid.card.text) * 2)
        return Letter(row, self._painter.letter_at(laid, inside))

    def _fold_at(self, place: QPoint) -> int:
        """The card whose "show more" stands there; -1 for none."""
        row = self._stack.row_at(place.y() + self.verticalOffset())
        if row < 0:
            return -1
        inside = QPointF(place.x(), place.y() + self.verticalOffset() - self._stack.top(row))
        return row if self._painter.fold_line(self._lay(row), self._width()).contains(inside) else -1

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

    # what Qt asks: keys, mouse, menu

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
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

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Nothing: single letters are the program's keys."""

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        place = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        fold = self._fold_at(place)
        if fold >= 0:
            self._unfold(fold)
            return
        letter = self._letter_at(place)
        self._chosen = Chosen(letter, letter) if letter is not None else None
        index = self.indexAt(place)
        if index.isValid():
            self.setCurrentIndex(index)
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
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
        shape = shapes.PointingHandCursor if self._fold_at(place) >= 0 else shapes.IBeamCursor
        self.viewport().setCursor(shape if self.indexAt(place).isValid() else shapes.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Nothing: the press and the moves have done it."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        letter = self._letter_at(event.position().toPoint())
        if letter is None:
            return
        span = self._painter.word_at(self._lay(letter.row), letter.at)
        self._chosen = Chosen(Letter(letter.row, span.start), Letter(letter.row, span.end))
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
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

    # what Qt asks: geometry

    def _rect_of(self, row: int) -> QRect:
        return QRect(0, self._stack.top(row) - self.verticalOffset(), self._width(), self._stack.height(row))

    def visualRect(self, index: QModelIndex) -> QRect:  # noqa: N802  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._rect_of(index.row()) if 0 <= index.row() < len(self._stack) else QRect()

    def scrollTo(  # noqa: N802
        self,
        index: QModelIndex,  # pyright: ignore[reportIncompatibleMethodOverride]
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not 0 <= index.row() < len(self._stack):
            return
        self._stay_at_end = False
        for _try in range(3):
            box, bar, height = self._rect_of(index.row()), self.verticalScrollBar(), self.viewport().height()
            if hint == QAbstractItemView.ScrollHint.PositionAtTop or box.top() < 0 or box.height() > height:
                bar.setValue(bar.value() + box.top() - GAP_ABOVE)
            elif box.bottom() > height:
                bar.setValue(bar.value() + box.bottom() - height + GAP_ABOVE)
            self._settle()
        self.viewport().update()

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802
        row = self._stack.row_at(point.y() + self.verticalOffset())
        if row < 0 or not self._rect_of(row).contains(QPoint(0, point.y())):
            return QModelIndex()
        return self._cards.index(row)

    def moveCursor(  # noqa: N802
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        actions, last, row = QAbstractItemView.CursorAction, len(self._stack) - 1, self.currentIndex().row()
        if last < 0:
            return QModelIndex()
        if row < 0:
            row = self._stack.row_at(self.verticalOffset())
            return self._cards.index(row)
        page = self.viewport().height()
        targets = {
            actions.MoveUp: row - 1,
            actions.MoveDown: row + 1,
            actions.MoveHome: 0,
            actions.MoveEnd: last,
            actions.MovePageUp: min(self._stack.row_at(self._stack.top(row) - page), row - 1),
            actions.MovePageDown: max(self._stack.row_at(self._stack.top(row) + page), row + 1),
        }
        return self._cards.index(min(max(targets.get(action, row), 0), last))

    def horizontalOffset(self) -> int:  # noqa: N802
        return 0

    def verticalOffset(self) -> int:  # noqa: N802
        return self.verticalScrollBar().value()

    def setSelection(self, rect: QRect, command: object) -> None:  # noqa: N802  # pyright: ignore[reportIncompatibleMethodOverride]
        """Nothing: letters are selected here, not cards."""

    def visualRegionForSelection(self, selection: object) -> QRegion:  # noqa: N802  # pyright: ignore[reportIncompatibleMethodOverride]
        return QRegion()

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # noqa: N802  # pyright: ignore[reportIncompatibleMethodOverride]
        super().currentChanged(current, previous)
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        if not self._settling:
            self._stay_at_end = self._at_end()
        self._settle()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        if event.size().width() != event.oldSize().width():
            self._anew()
        else:
            self._set_range()
            self._settle()
        QAbstractItemView.resizeEvent(self, event)

    def doItemsLayout(self) -> None:  # noqa: N802
        """Nothing of QListView's own, which would ask for the size of every card."""
        self._set_range()

    def updateGeometries(self) -> None:  # noqa: N802
        self._set_range()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, 100)

    def event(self, event: QEvent) -> bool:
        # A tool tip would be asked of the delegate, which has none.
        return True if event.type() == QEvent.Type.ToolTip else super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self.viewport())
        offset, width = self.verticalOffset(), self._width()
        current = self.currentIndex().row() if self.hasFocus() else -1
        area = event.rect()
        for row in self._stack.rows_between(area.top() + offset, area.bottom() + offset):
            chosen = self._chosen.within(row) if self._chosen is not None else None
            place = QPointF(0, self._stack.top(row) - offset)
            self._painter.paint(painter, self._lay(row), place, width, chosen=chosen, current=row == current)


GAP_ABOVE = 12
