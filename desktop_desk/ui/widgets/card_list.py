"""Cards one below the other in a view that lays out only what is seen."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.widgets.card_model import CardModel, Index
from desktop_desk.ui.widgets.card_paint import (
    Card,
    CardPainter,
    LaidCard,
    Span,
    words_of,
)
from desktop_desk.ui.widgets.card_stack import CardStack

_KEEP = 64  # cards that stay laid out, several screens
_GAP_ABOVE = 12


class CardList(QListView):
    """Places, sizes, scrolling and painting of cards.

    A list view only for screen readers' sake: all of it is its own, because QListView would ask for every size.
    """

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._cards = CardModel(self)
        self._painter = CardPainter(look)
        self._stack = CardStack()
        self._laid: dict[int, LaidCard] = {}
        self._unfolded: dict[Hashable, int] = {}
        self._quotes: set[Hashable] = set()
        self._settling = False
        self._stay_at_end = False
        set_look(self, "thread")
        self.setModel(self._cards)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(_("Conversation"))
        look.changed.connect(self._anew)

    def set_cards(self, cards: Sequence[Card], *, keep_place: bool = True) -> None:
        """Shows these cards; cursor and place stay by key, and a view at the end stays at the end."""
        place, key, at_end = self.place(), self.current_key(), self._at_end()
        old = {
            card.key: (card, self._stack.height(row), self._stack.is_exact(row))
            for row, card in self._numbered()
        }
        self._laid.clear()
        self._forget_mark()
        self._cards.show([self._with_quotes(card) for card in cards])
        self._fill(old)
        row = self._cards.row_of(key)
        self.setCurrentIndex(self._cards.index(row) if row >= 0 else QModelIndex())
        if not keep_place:
            self._to(0)
        elif at_end and old:
            self.scroll_to_end()
        else:
            self.restore_place(place)

    def _with_quotes(self, card: Card) -> Card:
        """The card as the person wants it: with what is quoted, or without."""
        is_open = bool(card.quoted) and card.key in self._quotes
        return card if card.unfolded == is_open else replace(card, unfolded=is_open)

    def set_pictures(self, pictures: Mapping[Hashable, QImage]) -> None:
        """Shows these pictures below the files whose keys they have."""
        self._painter.set_pictures(pictures)
        self._anew()

    def set_matches(self, words: Sequence[str]) -> None:
        """Highlights words that begin so, whatever their case; none with an empty list."""
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

    def _mark_of(self, row: int) -> Span | None:
        """What of a card is selected; for a subclass."""
        return None

    def _forget_mark(self) -> None:
        """Drops the selection: the cards change; for a subclass."""

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

    def _rect_of(self, row: int) -> QRect:
        return QRect(0, self._stack.top(row) - self.verticalOffset(), self._width(), self._stack.height(row))

    def visualRect(self, index: Index) -> QRect:
        return self._rect_of(index.row()) if 0 <= index.row() < len(self._stack) else QRect()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not 0 <= index.row() < len(self._stack):
            return
        self._stay_at_end = False
        for _try in range(3):
            box, bar, height = self._rect_of(index.row()), self.verticalScrollBar(), self.viewport().height()
            if hint == QAbstractItemView.ScrollHint.PositionAtTop or box.top() < 0 or box.height() > height:
                bar.setValue(bar.value() + box.top() - _GAP_ABOVE)
            elif box.bottom() > height:
                bar.setValue(bar.value() + box.bottom() - height + _GAP_ABOVE)
            self._settle()
        self.viewport().update()

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._stack.row_at(point.y() + self.verticalOffset())
        if row < 0 or not self._rect_of(row).contains(QPoint(0, point.y())):
            return QModelIndex()
        return self._cards.index(row)

    def moveCursor(
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

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def setSelection(self, rect: QRect, command: object) -> None:
        """Nothing: letters are selected here, not cards."""

    def visualRegionForSelection(self, selection: object) -> QRegion:
        return QRegion()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._settling:
            self._stay_at_end = self._at_end()
        self._settle()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._anew()
        else:
            self._set_range()
            self._settle()
        QAbstractItemView.resizeEvent(self, event)

    def doItemsLayout(self) -> None:
        """Nothing of QListView's own, which would ask for the size of every card."""
        self._set_range()

    def updateGeometries(self) -> None:
        self._set_range()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)

    def event(self, event: QEvent) -> bool:
        # A tool tip would be asked of the delegate, which has none.
        return True if event.type() == QEvent.Type.ToolTip else super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        offset, width = self.verticalOffset(), self._width()
        current = self.currentIndex().row() if self.hasFocus() else -1
        area = event.rect()
        for row in self._stack.rows_between(area.top() + offset, area.bottom() + offset):
            chosen = self._mark_of(row)
            place = QPointF(0, self._stack.top(row) - offset)
            self._painter.paint(painter, self._lay(row), place, width, chosen=chosen, current=row == current)
