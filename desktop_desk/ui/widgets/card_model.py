"""The cards of a conversation as a list, for the view and for screen readers."""

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_desk.ui.widgets.card_paint import Card

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class CardModel(QAbstractListModel):
    """Cards in order; each has a key."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.cards: list[Card] = []
        self._rows: dict[Hashable, int] = {}

    def show(self, cards: list[Card]) -> None:
        """Shows these cards; cards that only came at the end are added, so that the cursor stays."""
        old = self.cards
        if old and len(cards) > len(old) and cards[: len(old)] == old:
            self.beginInsertRows(QModelIndex(), len(old), len(cards) - 1)
            self._take(cards)
            self.endInsertRows()
        elif [card.key for card in cards] == [card.key for card in old]:
            self._take(cards)
            if cards:
                self.dataChanged.emit(self.index(0), self.index(len(cards) - 1))
        else:
            self.beginResetModel()
            self._take(cards)
            self.endResetModel()

    def _take(self, cards: list[Card]) -> None:
        self.cards = cards
        self._rows = {card.key: row for row, card in enumerate(cards)}

    def row_of(self, key: Hashable) -> int:
        """The row with this key; -1 for none."""
        return self._rows.get(key, -1)

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        card = self.cards[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return card.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return card.spoken
        return None
