"""Small outlined or filled labels: severity, state, tags; and their painting, for delegates."""

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLayout, QLayoutItem, QSizePolicy, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets.buttons import IconButton
from desktop_desk.ui.widgets.tab_place import TabPlace

# Tone of a pill: token of its line and letters. "plain" is filled and has no tone.
TONES = {
    "a": "sev_a",
    "b": "sev_b",
    "c": "sev_c",
    "d": "sev_d",
    "state": "primary",
    "overdue": "overdue",
    "ok": "ok",
    "plain": "text",
    "muted": "muted",
}
_PADDING = 7


def pill_size(look: Appearance, text: str) -> QSize:
    """The size of a pill around `text`."""
    metrics = look.metrics(Font.META_STRONG)
    height = metrics.height() + 4
    return QSize(max(metrics.horizontalAdvance(text) + 2 * _PADDING, height + 5), height)


def chip_size(look: Appearance, text: str) -> QSize:
    """The size of a filled chip around `text`."""
    metrics = look.metrics(Font.BASE)
    return QSize(metrics.horizontalAdvance(text) + 2 * _PADDING + 2, metrics.height() + 8)


def paint_chip(painter: QPainter, look: Appearance, rect: QRectF) -> None:
    """Paints the ground of a filled chip."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.colors.border, 1))
    painter.setBrush(look.colors.surface2)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def paint_pill(painter: QPainter, look: Appearance, rect: QRectF, text: str, tone: str) -> None:
    """Paints an outlined pill with its text in the tone's colour; the meaning is in the text, not the colour."""
    colors = look.colors
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(look.font(Font.META_STRONG))
    inner = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(colors.get(TONES[tone]), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2)
    painter.setPen(colors.get(TONES[tone]))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine), text)
    painter.restore()


class Chip(QWidget):
    """A state or a tag; with `removable` it has a button that can be reached by keyboard.

    Tone "plain" makes a filled chip, any other an outlined pill, or with `filled` a chip with letters in that tone.

    Signals: removed() when the button was pressed; the owner takes the chip away.
    """

    removed = Signal()

    def __init__(
        self,
        look: Appearance,
        text: str,
        *,
        tone: str = "plain",
        filled: bool = False,
        removable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._tone = tone
        self._filled = filled or removable
        self._text = text
        self._button: IconButton | None = None
        if removable:
            self._button = IconButton(look, "close", "", small=True, parent=self)
            self._button.setObjectName("chip-remove")
            self._button.clicked.connect(self.removed)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self._on_look_changed)
        self.set_text(text)

    def text(self) -> str:
        """What the chip says."""
        return self._text

    def set_text(self, text: str) -> None:
        """Says something else."""
        self._text = text
        self.setAccessibleName(text)
        if self._button is not None:
            self._button.set_name(_("Remove {what}").format(what=text))
        self._on_look_changed()

    def set_tone(self, tone: str) -> None:
        """Another tone; the text must carry the meaning."""
        self._tone = tone
        self._on_look_changed()

    def _on_look_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def _button_width(self) -> int:
        return self._button.sizeHint().width() if self._button is not None else 0

    def _is_pill(self) -> bool:
        return self._tone != "plain" and not self._filled

    def sizeHint(self) -> QSize:
        if self._is_pill():
            return pill_size(self._look, self._text)
        size = chip_size(self._look, self._text)
        return QSize(size.width() + max(self._button_width() - 2, 0), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._button is not None:
            side = self._button_width()
            self._button.setGeometry(self.width() - side - 1, 1, side, self.height() - 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._is_pill():
            paint_pill(painter, self._look, QRectF(self.rect()), self._text, self._tone)
            return
        paint_chip(painter, self._look, QRectF(self.rect()))
        painter.setFont(self._look.font(Font.BASE))
        painter.setPen(self._look.colors.get(TONES[self._tone]))
        room = self.rect().adjusted(_PADDING, 0, -(self._button_width() or _PADDING), 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self._text)


class ChipText(NamedTuple):
    """What one chip of a row shows."""

    key: str
    text: str
    tone: str = "plain"
    removable: bool = False


class ChipRow(QWidget):
    """Chips one after another, wrapped to the width.

    Signals: chip_removed(key).
    """

    chip_removed = Signal(str)

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._chips: dict[str, Chip] = {}
        self._flow = Flow(self)
        self._tab_place = TabPlace(self)

    def set_chips(self, chips: Iterable[ChipText | tuple[str, str, str, bool]]) -> None:
        """Shows these chips in this order; those that stay keep their focus."""
        wanted = [ChipText(*chip) for chip in chips]
        for key in set(self._chips) - {chip.key for chip in wanted}:
            gone = self._chips.pop(key)
            self._flow.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for chip in wanted:
            shown = self._chips.pop(chip.key, None) or self._new(chip)
            self._flow.removeWidget(shown)
            self._flow.addWidget(shown)
            self._chips[chip.key] = shown
            shown.set_text(chip.text)
            shown.set_tone(chip.tone)
            shown.show()
        self._tab_place.put(
            button for shown in self._chips.values() for button in shown.findChildren(QAbstractButton)
        )
        self._flow.invalidate()
        self.updateGeometry()

    def _new(self, chip: ChipText) -> Chip:
        made = Chip(self._look, chip.text, tone=chip.tone, filled=True, removable=chip.removable, parent=self)
        made.setProperty("key", chip.key)
        made.removed.connect(self._on_chip_removed)
        return made

    def keys(self) -> list[str]:
        """The keys of the chips in order of their coming."""
        return list(self._chips)

    def _on_chip_removed(self) -> None:
        self.chip_removed.emit(str(self.sender().property("key")))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)


class Flow(QLayout):
    """Lines of items, as many in each as fit, so many pixels apart."""

    def __init__(self, parent: QWidget, *, gap: int = 4) -> None:
        super().__init__(parent)
        self._gap = gap
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def clear(self) -> None:
        """Take all widgets away for good."""
        for item in self._items:
            widget = item.widget()
            if widget is not None:  # pyright: ignore[reportUnnecessaryComparison]  a spacer is none
                widget.hide()
                widget.deleteLater()
        self._items.clear()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        widths = [item.sizeHint().width() + self._gap for item in self._items if not item.isEmpty()]
        return QSize(max(sum(widths) - self._gap, 0), self._tallest())

    def minimumSize(self) -> QSize:
        return QSize(max((item.sizeHint().width() for item in self._items), default=0), self._tallest())

    def _tallest(self) -> int:
        return max((item.sizeHint().height() for item in self._items), default=0)

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.x() + rect.width():
                x, y, line = rect.x(), y + line + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self._gap
            line = max(line, size.height())
        return y + line - rect.y()
