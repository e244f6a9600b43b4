"""A running clock."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop_desk.ui.theme import Appearance, Font


def clock_text(seconds: int) -> str:
    """Minutes and seconds, with hours where there are any: 02:41, 1:02:41."""
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


class ClockLabel(QLabel):
    """Shows how long something has been going on, each second.

    `now` answers seconds on any clock that never goes back. Signals: ticked(seconds).
    """

    ticked = Signal(int)

    def __init__(
        self, look: Appearance, now: Callable[[], float], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(clock_text(0), parent)
        self._look = look
        self._now = now
        self._started: float | None = None
        self._passed = 0.0
        self.setAccessibleName(name)
        self._timer = QTimer(self)
        self._timer.setInterval(250)
        self._timer.timeout.connect(self.tick)
        look.changed.connect(self._dress)
        self._dress()

    def start(self, passed: float = 0.0) -> None:
        """Runs from `passed` seconds on."""
        self._started = self._now() - passed
        self._timer.start()
        self.tick()

    def stop(self) -> None:
        """Holds the time."""
        self._passed = float(self.seconds())
        self._started = None
        self._timer.stop()

    def seconds(self) -> int:
        """Whole seconds so far."""
        return int(self._passed if self._started is None else self._now() - self._started)

    def tick(self) -> None:
        """Shows the time if the second has changed."""
        text = clock_text(self.seconds())
        if text != self.text():
            self.setText(text)
            self.setAccessibleDescription(text)
            self.ticked.emit(self.seconds())

    def _font(self) -> QFont:
        font = QFont(self._look.font(Font.NUMBER_STRONG))
        font.setPointSizeF(self._look.font(Font.SECTION).pointSizeF())
        return font

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font())
        return QSize(metrics.horizontalAdvance(clock_text(self.seconds())) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        # Painted and not left to the label, whose font the sheet takes back: figures must not dance.
        painter = QPainter(self)
        painter.setFont(self._font())
        painter.setPen(self._look.colors.ok)
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self.text())
