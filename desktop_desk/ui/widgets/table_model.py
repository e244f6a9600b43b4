"""What the fast table asks of a model: whole rows as tuples."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_desk.i18n import _

Kind = Literal["text", "number", "severity", "time", "count", "age"]
Index = QModelIndex | QPersistentModelIndex
Row = tuple[Any, ...]

# Flags, the last member of a row.
UNREAD, OVERDUE, MUTED = 1, 2, 4

_NONE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` names it in sorting and saved states, `title` is shown, `width` is for a text of 13 px.

    A column with `spare` gives way while there is no room for all, 1 first.
    """

    key: str
    title: str
    kind: Kind = "text"
    width: int = 120
    sortable: bool = True
    hidden: bool = False
    stretch: bool = False
    name: str = ""
    spare: int = 0

    @property
    def right_aligned(self) -> bool:
        """Whether the text stands at the right."""
        return self.kind == "count"

    @property
    def spoken(self) -> str:
        """The full name, for menus and screen readers."""
        return self.name or self.title


class RowModel(QAbstractTableModel):
    """A table whose rows come as tuples: one text for each column in order, then the flags as one int.

    A subclass gives `rowCount` and `row`; both must answer at once. `row` answers None for a row that is not there yet
    and is the place to ask for it; later the model emits dataChanged.
    """

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)

    def row(self, number: int, /) -> Row | None:
        """The row with this number, or None when it is not loaded."""
        raise NotImplementedError

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return column.spoken
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignVCenter | (
                Qt.AlignmentFlag.AlignRight if column.right_aligned else Qt.AlignmentFlag.AlignLeft
            )
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if (
            role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            or not index.isValid()
        ):
            return None
        row, place = self.row(index.row()), index.column()
        if row is None:
            return _("loading") if role == Qt.ItemDataRole.AccessibleTextRole else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return row[place]
        return self._spoken(row, place)

    def _spoken(self, row: Row, place: int) -> str:
        text = str(row[place])
        if self.columns[place].kind == "severity" and text:
            return _("Severity {letter}").format(letter=text)
        flags = row[-1]
        if place == 0 and flags:
            words = [text, _("unread") if flags & UNREAD else "", _("overdue") if flags & OVERDUE else ""]
            return ", ".join(word for word in words if word)
        return text


class ListRowModel(RowModel):
    """A short table held in memory, each row with a key."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._rows: list[Row] = []
        self._keys: list[Hashable] = []

    def set_rows(self, rows: Sequence[tuple[Hashable, Row]]) -> None:
        """Shows these (key, row) pairs; a list of the same keys keeps selection and scroll."""
        keys = [key for key, _row in rows]
        if keys == self._keys:
            self._rows = [row for _key, row in rows]
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self._keys, self._rows = keys, [row for _key, row in rows]
        self.endResetModel()

    def key_of(self, number: int) -> Hashable | None:
        """The key of a row; None outside the list."""
        return self._keys[number] if 0 <= number < len(self._keys) else None

    def row_of(self, key: Hashable) -> int:
        """The row that has this key; -1 for none."""
        return self._keys.index(key) if key in self._keys else -1

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def row(self, number: int, /) -> Row | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None
