"""The word about syncing in the status line: it tells how things stand, and leads to the copies."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.copies.syncing import SyncState
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.links import LinkButton
from desktop_desk.ui.tickets.times import full_text, moment_text

SHOW_WORK_MS = 400
"""A sync that is over sooner changes nothing in sight."""


def status_words(state: SyncState, now: int) -> str:
    """How things stand in a few words; "" for a desk without a hub."""
    if state.outbox_held:
        return " · ".join(
            part for part in (_stand(state, now), _("restored: outgoing mail waits for you")) if part
        )
    return _stand(state, now)


def _stand(state: SyncState, now: int) -> str:
    rhythm = state.rhythm
    if not state.hub:
        return ""
    match rhythm.state:
        case "syncing":
            return _("Syncing…")
        case "synced":
            return _("Synced {time}").format(time=moment_text(rhythm.synced or now, now))
        case "offline":
            parts = [_("Offline since {time}").format(time=moment_text(state.offline_since or now, now))]
            if state.waiting:
                waiting = ngettext("{n:,} change to send", "{n:,} changes to send", state.waiting)
                parts.append(waiting.format(n=state.waiting))
            return " · ".join(parts)
        case "problem" if rhythm.failures:
            return _("Not synced: see why")
        case "problem":
            return _("Synced {time} · look at the copies").format(time=moment_text(rhythm.synced or now, now))
        case _:
            return _("Not synced yet")


def status_tip(state: SyncState) -> str:
    """The same at length, with what to do."""
    rhythm = state.rhythm
    lines = [state.hub]
    if rhythm.synced:
        lines.append(_("Last sync {time}").format(time=full_text(rhythm.synced)))
    if rhythm.state == "offline":
        lines.append(_("Everything can be done meanwhile. It is synced by itself when the hub is back."))
    if rhythm.said:
        lines.append(rhythm.said)
    return "\n".join(lines)


class SyncItem(QWidget):
    """A link in the status line that says how syncing stands.

    Signals:
        pressed(): the person wants to see the copies.
    """

    pressed = Signal()

    def __init__(self, look: Appearance, now: Callable[[], int], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._state = SyncState()
        self._link = LinkButton(look, _("Sync"), plain=True, small=True, parent=self)
        self._link.setObjectName("status_sync")
        self._link.clicked.connect(self.pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.addWidget(self._link)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(SHOW_WORK_MS)
        self._late.timeout.connect(self._write)
        self._minute = QTimer(self)
        self._minute.setInterval(30_000)
        self._minute.timeout.connect(self._write)
        self._minute.start()
        self.hide()

    @property
    def text(self) -> str:
        """What it says; "" while it is hidden."""
        return self._link.text() if self.isVisible() else ""

    def show_state(self, state: SyncState) -> None:
        """Say this; that a sync is going on only when it takes a while."""
        self._state = state
        if state.rhythm.state != "syncing":
            self._late.stop()
            self._write()
        elif not self._late.isActive():
            self._late.start()

    def _write(self) -> None:
        words = status_words(self._state, self._now())
        self.setVisible(bool(words))
        self._link.show_value(words, tip=status_tip(self._state))
