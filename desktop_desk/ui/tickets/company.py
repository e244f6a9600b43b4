"""Who else is at the ticket on the pane: told quietly beside the composer's tabs, and told to them in turn."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.theme import set_look
from desktop_desk.ui.widgets.elided_label import ElidedLabel
from desktop_desk.ui.widgets.plain_tip import plain_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.presence import Colleague
    from desktop_desk.ui.tickets.ticket_pane import TicketPane
    from desktop_desk.ui.tickets.ticket_screen import TicketScreen

BEAT_MS = 3000
"""How often colleagues are told, and looked for; they forget who has said nothing for five times as long."""

WRITING_MS = 10_000
"""Whoever has typed nothing for so long reads again."""


class CompanyLabel(ElidedLabel):
    """Who else is at this ticket, in one line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ticket_company")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        set_look(self, "muted")

    def say(self, words: str, *, everybody: str = "") -> None:
        """Show these words; `everybody` is the whole list, as a tip."""
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)
        self.setToolTip(plain_tip(everybody))


class Company(QObject):
    """Tells colleagues which ticket is open here and whether somebody writes on it, and shows who else is there.

    It stops nobody: two may write at once, and both texts are kept.
    """

    def __init__(
        self,
        pane: "TicketPane",
        screen: "TicketScreen",
        operations: Operations,
        *,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._operations = operations
        self._number = ""
        self._beat = QTimer(self)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self.look)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(WRITING_MS)
        self._typing.timeout.connect(self.look)
        pane.composer.editor.textChanged.connect(self._on_typed)
        screen.shown.connect(self._on_shown)

    @property
    def writing(self) -> bool:
        """Whether somebody is writing in this window."""
        return self._typing.isActive() and bool(self._pane.composer.text())

    def start(self) -> None:
        """Tell and look from now on."""
        self._beat.start()
        self.look()

    def stop(self) -> None:
        """Tell nobody any more."""
        self._beat.stop()
        self._typing.stop()

    def look(self) -> None:
        """Tell where this window is now, and ask who else is there."""
        if not self._beat.isActive():
            return
        view = self._pane.view
        number = view.number if view is not None and self._pane.isVisible() else ""
        writing = self.writing
        self._operations.read(
            lambda desk: _tell(desk, number, writing=writing),
            owner=self,
            then=self._on_others,
            failed=self._on_failed,
            latest="company",
        )

    def _on_shown(self, view: object) -> None:
        number = str(getattr(view, "number", ""))
        if number != self._number:
            self._number = number
            self._typing.stop()
            self._pane.composer.company.say("")
            self.look()

    def _on_typed(self) -> None:
        began = not self._typing.isActive()
        self._typing.start()
        if began:
            self.look()

    def _on_others(self, others: "Sequence[Colleague]") -> None:
        self._pane.composer.company.say(company_words(others), everybody=everybody_words(others))

    def _on_failed(self, error: Exception) -> bool:
        """A desk that cannot be read is told by the first thing that somebody wants of it."""
        self._pane.composer.company.say("")
        return isinstance(error, DeskError)


def _tell(desk: "Desk", number: str, *, writing: bool) -> "Sequence[Colleague]":
    desk.present(number, writing=writing)
    return desk.others_at(number) if number else ()


def company_words(others: "Sequence[Colleague]") -> str:
    """One line about who is there; those who write before those who read."""
    writing = [other.name for other in others if other.writing]
    reading = [other.name for other in others if not other.writing]
    if len(writing) == 1:
        return _("{name} is writing…").format(name=writing[0])
    if len(writing) == 2:
        return _("{name} and {other} are writing…").format(name=writing[0], other=writing[1])
    if writing:
        words = ngettext("{count} colleague is writing…", "{count} colleagues are writing…", len(writing))
        return words.format(count=len(writing))
    if len(reading) == 1:
        return _("{name} has this open").format(name=reading[0])
    if reading:
        words = ngettext("{count} colleague has this open", "{count} colleagues have this open", len(reading))
        return words.format(count=len(reading))
    return ""


def everybody_words(others: "Sequence[Colleague]") -> str:
    """Everybody who is there, one a line."""
    lines = (_("{name} is writing…") if other.writing else _("{name} has this open") for other in others)
    return "\n".join(line.format(name=other.name) for line, other in zip(lines, others, strict=True))
