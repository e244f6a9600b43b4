"""The outbox on screen: what waits to be sent, why it has not gone, and what can be done about it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_desk.i18n import N_, _, ngettext
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.times import full_text, moment_text
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.elided_label import ElidedLabel
from desktop_desk.ui.widgets.fitted_buttons import FittedButtons
from desktop_desk.ui.widgets.keys_within import keys_within
from desktop_desk.ui.widgets.table import FastTable
from desktop_desk.ui.widgets.table_model import OVERDUE, Column, ListRowModel

if TYPE_CHECKING:
    from desktop_desk.desk.letters import WaitingLetter

KINDS = {"reply": N_("Reply"), "receipt": N_("Receipt"), "resolved": N_("Notice: resolved")}
ON_LETTERS = ("mail.try", "mail.stop", "mail.address", "mail.drop")
"""What can be done with the letter that has the cursor; the first three and Del work by a single key in the list."""


class RestoredStrip(QFrame):
    """Over the outbox of a desk that was restored: nothing goes before somebody has decided.

    Signals:
        released(), discarded(): its mail was not sent before; it was.
    """

    released = Signal()
    discarded = Signal()

    def __init__(self, look: Appearance, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outbox_restored")
        set_look(self, "note line-bottom")
        text = QLabel(
            _(
                "This desk was restored or copied: its mail may have been sent already, so nothing goes out. Look at"
                " the callers' answers, or ask where it was before; then decide."
            ),
            self,
        )
        text.setWordWrap(True)
        go = KeyButton(look, _("&It was not sent: send it"), parent=self)
        go.setObjectName("outbox_release")
        go.clicked.connect(self.released)
        away = KeyButton(look, _("It was sent: throw it &away"), parent=self)
        away.setObjectName("outbox_discard")
        away.clicked.connect(self.discarded)
        buttons = QHBoxLayout()
        buttons.addWidget(go)
        buttons.addWidget(away)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        column.addWidget(text)
        column.addLayout(buttons)
        self.hide()


class OutboxView(QFrame):
    """A table of letters, and below it the whole words about the one with the cursor; knows nothing of the desk.

    Signals:
        chosen(WaitingLetter | None): the cursor went to this letter.
        opened(): Enter on a letter: the person wants to be in its ticket.
    """

    chosen = Signal(object)
    opened = Signal()

    def __init__(
        self, look: Appearance, actions: Actions, now: Callable[[], int], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("outbox")
        set_look(self, "surface")
        self._now = now
        self._actions = actions
        self._letters: tuple[WaitingLetter, ...] = ()
        self._quiet = False
        self._summary = ElidedLabel(self)
        self._summary.setObjectName("outbox_summary")
        set_look(self._summary, "muted")
        self.restored = RestoredStrip(look, parent=self)
        self.model = ListRowModel(_columns(), self)
        self.table = FastTable(look, self)
        self.table.setObjectName("outbox_table")
        self.table.setAccessibleName(_("Mail that waits to be sent"))
        self.table.setModel(self.model)
        self.table.set_empty(
            _("Nothing waits to be sent"),
            _("Replies stand here for ten seconds, and as long as a server is away."),
        )
        self._why = QLabel(self)
        self._why.setObjectName("outbox_why")
        self._why.setWordWrap(True)
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._why.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._why.setContentsMargins(14, 10, 14, 12)
        set_look(self._why, "surface line-top")
        self._below = QScrollArea(self)
        self._below.setFrameShape(QFrame.Shape.NoFrame)
        self._below.setWidgetResizable(True)
        self._below.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._below.setWidget(self._why)
        self._build(look)
        self.table.row_changed.connect(self._on_row)
        self.table.row_activated.connect(self._on_activated)
        slots = {
            key: actions[name].trigger for key, name in zip(("T", "S", "H", "Del"), ON_LETTERS, strict=True)
        }
        keys_within(self.table, slots, children=False)

    def _build(self, look: Appearance) -> None:
        title = QLabel(_("Outbox"), self)
        set_look(title, "section")
        head = QFrame(self)
        set_look(head, "surface line-bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(8)
        row.addWidget(title)
        row.addWidget(self._summary, 1)
        done = FittedButtons(look, [self._actions[name] for name in ON_LETTERS], parent=head)
        for button, name in zip(done.buttons, ON_LETTERS, strict=True):
            button.setObjectName(f"outbox_{name.removeprefix('mail.')}")
        row.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.restored)
        column.addWidget(self.table, 1)
        column.addWidget(self._below)

    def _fit(self) -> None:
        """The words take a third at most, and scroll."""
        wanted = self._why.heightForWidth(self.width() - self._below.verticalScrollBar().sizeHint().width())
        self._below.setFixedHeight(max(0, min(wanted, self.height() // 3)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_letters(self, letters: "Sequence[WaitingLetter]") -> None:
        """Show these; the cursor stays on its letter, or goes on to the next one."""
        before, place_before = self.current(), self.table.current_row()
        key, now = before.uid if before is not None else "", self._now()
        self._letters = tuple(letters)
        self._quiet = True
        self.model.set_rows([(letter.uid, _row(letter, now)) for letter in self._letters])
        place = self.model.row_of(key) if key else -1
        if place < 0 and self._letters:
            place = min(max(place_before, 0), len(self._letters) - 1)
        if place >= 0 and place != self.table.current_row():
            self.table.select_row(place)
        self._quiet = False
        self.restored.setVisible(any(letter.state == "restored" for letter in self._letters))
        stopped = sum(letter.state in {"stopped", "by_hand", "restored"} for letter in self._letters)
        waiting = len(self._letters) - stopped
        parts = [ngettext("{n} waits", "{n} wait", waiting).format(n=waiting)] if waiting else []
        parts += [ngettext("{n} stopped", "{n} stopped", stopped).format(n=stopped)] if stopped else []
        self._summary.setText(" · ".join(parts))
        self._tell()
        after = self.current()
        if (after.uid if after is not None else "") != key:
            self.chosen.emit(after)

    def current(self) -> "WaitingLetter | None":
        """The letter with the cursor."""
        row = self.table.current_row()
        return self._letters[row] if 0 <= row < len(self._letters) else None

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) letter."""
        if self._letters:
            self.table.select_row(min(max(self.table.current_row() + by, 0), len(self._letters) - 1))

    def _tell(self) -> None:
        """The whole words about the letter with the cursor."""
        letter = self.current()
        self._below.setVisible(letter is not None)
        if letter is None:
            return
        now = self._now()
        lines = [f"{letter.to or _('no address')}: {_state_text(letter, now)}"]
        if letter.problem:
            lines.append(letter.problem)
        if not letter.to:
            lines.append(_("The caller has no e-mail address."))
        tried = ngettext("tried once", "tried {n} times", letter.tries).format(n=letter.tries)
        lines.append(
            _("Written {time}").format(time=full_text(letter.since))
            + (f", {tried}." if letter.tries else ".")
        )
        self._why.setText("\n".join(lines))
        self._fit()

    def _on_row(self, _row: int) -> None:
        if not self._quiet:
            self._tell()
            self.chosen.emit(self.current())

    def _on_activated(self, _row: int) -> None:
        self.opened.emit()


def _columns() -> tuple[Column, ...]:
    return (
        Column("to", _("To"), "text", 150, sortable=False, stretch=True),
        Column("state", _("Goes"), "time", 112, sortable=False, spare=4),
        Column("number", _("Number"), "number", 74, sortable=False, spare=2),
        Column("subject", _("Subject"), "text", 160, sortable=False, spare=1),
        Column("what", _("What"), "text", 84, sortable=False, spare=3),
    )


def _row(letter: "WaitingLetter", now: int) -> tuple[str | int, ...]:
    wrong = letter.state in {"stopped", "restored"} or not letter.to
    return (
        letter.to or _("no address"), _state_text(letter, now), letter.number, " ".join(letter.subject.split()),
        _(KINDS.get(letter.kind, letter.kind)), OVERDUE if wrong else 0,
    )  # fmt: skip


def _state_text(letter: "WaitingLetter", now: int) -> str:
    match letter.state:
        case "held":
            return _("in {n} s").format(n=max(1, -(-((letter.due or now) - now) // 1000)))
        case "due":
            return _("now")
        case "sending":
            return _("being sent")
        case "later":
            return _("again at {time}").format(time=moment_text(letter.due or now, now))
        case "by_hand":
            return _("stopped by hand")
        case "restored":
            return _("held: restored")
        case _:
            return _("stopped")
