"""The icon beside the clock: how much is new, and notifications of the system."""

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFont, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.widgets.icons import paint_icon

SHOWN_MS = 10_000
SIZES = (16, 22, 24, 32, 48, 64)
ICON, PAPER, BADGE = QColor("#1450A8"), QColor("#FFFFFF"), QColor("#B3261E")
"""The same by day and night: the system's bar has a colour of its own."""


class Tray(QObject):
    """Shows a count and says notices where the system has a place for them.

    Signals:
        clicked(): the person wants the program.
        message_clicked(): the person wants what the notification was about.
        quit_asked(): from its menu.
    """

    clicked = Signal()
    message_clicked = Signal()
    quit_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._count = -1
        self._icon = QSystemTrayIcon(self)
        self._menu = QMenu(parent)
        show = QAction(_("&Show Desktop Desk"), self._menu)
        leave = QAction(_("&Quit"), self._menu)
        show.triggered.connect(self.clicked)
        leave.triggered.connect(self.quit_asked)
        self._menu.addActions([show, leave])
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.message_clicked)
        self.show_count(0)
        self._icon.show()

    @classmethod
    def wherever_there_is_one(cls, parent: QWidget) -> "Tray | None":
        """An icon where the system shows any, else None."""
        return cls(parent) if QSystemTrayIcon.isSystemTrayAvailable() else None

    def show_count(self, count: int) -> None:
        """Show how much is new; 0 shows the bare icon."""
        if count == self._count:
            return
        self._count = count
        self._icon.setIcon(tray_icon(count))
        self._icon.setToolTip(
            f"{QGuiApplication.applicationDisplayName() or _('Desktop Desk')}: {count_text(count)}"
        )

    def say(self, title: str, text: str) -> None:
        """Show a notification of the system."""
        self._icon.showMessage(title, text, tray_icon(0), SHOWN_MS)

    def take_away(self) -> None:
        """Hide the icon at once: the system keeps it a while otherwise."""
        self._icon.hide()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self.clicked.emit()


def count_text(count: int) -> str:
    """How much is new, in words that tell nothing else."""
    return ngettext("%d new for you", "%d new for you", count) % count if count else _("nothing new for you")


def tray_icon(count: int) -> QIcon:
    """The program's icon with how much is new."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(_drawn(size, count))
    return icon


def _drawn(size: int, count: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ICON)
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.22, size * 0.22)
    edge = size * 0.16
    paint_icon(painter, "inbox", PAPER, QRectF(edge, edge, size - 2 * edge, size - 2 * edge))
    if count:
        text = str(count) if count < 100 else "99"
        width = size * (0.62 if len(text) == 1 else 0.78)
        badge = QRectF(size - width, size * 0.4, width, size * 0.6)
        painter.setBrush(BADGE)
        painter.drawRoundedRect(badge, size * 0.28, size * 0.28)
        font = QFont()
        font.setBold(True)
        font.setPixelSize(max(round(size * 0.5), 7))
        painter.setFont(font)
        painter.setPen(PAPER)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return pixmap
