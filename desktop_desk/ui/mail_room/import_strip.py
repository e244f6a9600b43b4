"""A strip under the top bar: how far an import of mails is, then what became of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.links import Banner, LinkButton
from desktop_desk.ui.widgets.announce import announce
from desktop_desk.ui.widgets.buttons import IconButton, KeyButton
from desktop_desk.ui.widgets.chips import Flow

if TYPE_CHECKING:
    from desktop_desk.channels.mail_import import Tally


class ImportStrip(Banner):
    """Counts while mails are read; at the end each sort of what became of them leads to those mails.

    Signals:
        stop_asked(): no more mails are to be read.
        list_asked(str): the mails that became "ticket", "reply", "duplicate", "ignored" or "quarantined".
    """

    stop_asked = Signal()
    list_asked = Signal(str)

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(look, parent=parent)
        self._busy = False
        self.setObjectName("mail_import")
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setObjectName("mail_import_text")
        set_look(self._text, "strong")
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Mails are being read"))
        self._links = QWidget(self)
        self._links.setObjectName("mail_import_links")
        self._flow = Flow(self._links)
        self._stop = KeyButton(look, _("Stop"), quiet=True, parent=self)
        self._stop.setObjectName("mail_import_stop")
        self._stop.clicked.connect(self.stop_asked)
        self._close = IconButton(look, "close", _("Close message"), parent=self)
        self._close.setObjectName("mail_import_close")
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._text)
        row.addWidget(self._bar, 1)
        row.addWidget(self._links, 1)
        row.addWidget(self._stop)
        row.addWidget(self._close)
        self._links.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.hide()

    def begin(self, paths: Sequence[Path]) -> None:
        """Reading begins."""
        count = ngettext("{n} file", "{n} files", len(paths)).format(n=len(paths))
        self._say(_("Importing {what}…").format(what=paths[0].name if len(paths) == 1 else count))
        self._show(busy=True)

    def show_count(self, count: int) -> None:
        """So many mails were read so far."""
        if self._busy:
            words = ngettext("{n:,} mail read…", "{n:,} mails read…", count).format(n=count)
            self._text.setText(words)

    def end(self) -> None:
        """It did not go on; the reason is told elsewhere."""
        self._busy = False
        self.hide()

    def show_result(self, tally: "Tally", *, stopped: bool) -> None:
        """What became of the mails; the numbers add up to those that were read."""
        words = ngettext("{n:,} mail read:", "{n:,} mails read:", tally.read).format(n=tally.read)
        if stopped:
            words = _("Stopped. {words}").format(words=words)
        self._flow.clear()
        sorts = sorts_of(tally)
        for key, text in sorts:
            self._flow.addWidget(self._link(key, text))
        self._show(busy=False)
        self._say(words, " ".join((words, ", ".join(text for _key, text in sorts))))

    def _link(self, key: str, text: str) -> LinkButton:
        link = LinkButton(self._look, _("Show"), parent=self._links)
        link.setObjectName(f"came_{key}")
        link.show_value(text)
        link.clicked.connect(lambda: self.list_asked.emit(key))
        return link

    def _show(self, *, busy: bool) -> None:
        self._busy = busy
        self._bar.setVisible(busy)
        self._stop.setVisible(busy)
        self._links.setVisible(not busy)
        self._close.setVisible(not busy)
        self.show()

    def _say(self, text: str, spoken: str = "") -> None:
        self._text.setText(text)
        self.setAccessibleName(spoken or text)
        announce(self, spoken or text)


def sorts_of(tally: "Tally") -> list[tuple[str, str]]:
    """What mails became, each sort that there is with its number."""
    counted = (
        ("ticket", tally.tickets, ngettext("{n:,} ticket", "{n:,} tickets", tally.tickets)),
        ("reply", tally.replies, ngettext("{n:,} reply", "{n:,} replies", tally.replies)),
        ("duplicate", tally.duplicates, _("{n:,} known before")),
        ("ignored", tally.ignored, _("{n:,} ignored")),
        ("quarantined", len(tally.quarantined), _("{n:,} in quarantine")),
    )
    return [(key, text.format(n=count)) for key, count, text in counted if count]
