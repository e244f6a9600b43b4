"""Handing tickets on: to an agent, a team or a department, with a message, and staying on the ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_desk.desk.views import Target
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.domain.names import name_words
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.theme import Appearance, Font, set_look, set_wrong
from desktop_desk.ui.tickets.commands import which
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import FieldError
from desktop_desk.ui.widgets.search_list import Hit, SearchList

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.ports import Position
    from desktop_desk.desk.views import Done
    from desktop_desk.ui.main_window import MainWindow

_WIDTH = 580


@dataclass(frozen=True, slots=True)
class Reassignment:
    """What the dialog gives out: to whom (id of an agent, team or department), with which words and wishes."""

    to: str
    name: str
    message: str
    release_me: bool = True
    keep_me_informed: bool = True


def matching(targets: Sequence[Target], typed: str) -> list[Target]:
    """Those whose name or place has a word beginning with each typed word; names' first words come first."""
    words = name_words(typed)
    if not words:
        return list(targets)
    found: list[tuple[bool, Target]] = []
    for target in targets:
        name, place = name_words(target.name), name_words(target.detail)
        if all(any(have.startswith(word) for have in (*name, *place)) for word in words):
            in_name = all(any(have.startswith(word) for have in name) for word in words)
            found.append((not in_name, target))
    return [target for _late, target in sorted(found, key=lambda pair: pair[0])]


class ReassignDialog(QDialog):
    """Asks for one target and a message; stays open until it is told that the work is done.

    Enter in the search line moves on to the message, Ctrl+Enter reassigns from anywhere.

    Signals:
        wanted(Reassignment): the person has decided; answer with `accept`, or with `show_error`.
        typed(): text or choices changed, for the draft.
    """

    wanted = Signal(object)
    typed = Signal()

    def __init__(self, look: Appearance, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reassign")
        self.setWindowTitle(title)
        self.setModal(True)
        set_look(self, "surface")
        self._look = look
        self._targets: tuple[Target, ...] = ()
        self._chosen: Target | None = None
        self._restored = ""
        self._filling = False
        self._moved = False
        self._build(title)
        self._connect()
        self.resize(_WIDTH, 500)

    def set_targets(self, targets: Sequence[Target]) -> None:
        """Whom the tickets can be given to; what was typed meanwhile filters them at once."""
        self._targets = tuple(targets)
        restored = next((target for target in targets if target.uid == self._restored), None)
        if restored is not None:
            self._choose(restored)
        self._filter()

    def restore(self, to: str, message: str, *, release_me: bool, keep_me_informed: bool) -> None:
        """Show what a draft kept; `to` is the id of a target."""
        self._restored = to
        self._message.setPlainText(message)
        self._message.moveCursor(QTextCursor.MoveOperation.End)
        self._release.setChecked(release_me)
        self._inform.setChecked(keep_me_informed)

    def values(self) -> Reassignment | None:
        """What is chosen now; None while no target is."""
        target = self._chosen if self._chosen is not None else self._marked()
        if target is None:
            return None
        return Reassignment(
            target.uid,
            target.name,
            self._message.toPlainText().strip(),
            release_me=self._release.isChecked(),
            keep_me_informed=self._inform.isChecked(),
        )

    def kept(self) -> dict[str, object]:
        """What a draft must keep: nothing while nobody typed or chose anything."""
        if not self._message.toPlainText() and self._chosen is None:
            return {}
        return {
            "to": self._chosen.uid if self._chosen is not None else "",
            "message": self._message.toPlainText(),
            "release_me": self._release.isChecked(),
            "keep_me_informed": self._inform.isChecked(),
        }

    def show_error(self, field: str, text: str) -> None:
        """Say what is wrong and let the person go on; everything typed stays."""
        self.set_busy(busy=False)
        self._error.show_error(text)
        wrong = self._message if field == "message" else self._search.edit
        set_wrong(wrong, wrong=field in ("message", "to"))
        wrong.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, *, busy: bool) -> None:
        """While the act is under way it cannot be asked for again."""
        self._reassign.setEnabled(not busy)

    def _build(self, title: str) -> None:
        look = self._look
        heading = QLabel(self)
        heading.setProperty("look", "section")
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setText(_cut(look, title))
        self._search = SearchList(
            look,
            _("To agent, team or department"),
            placeholder=_("type a part of the name"),
            rows=6,
            parent=self,
        )
        self._search.edit.setObjectName("reassign_to")
        self._search.edit.installEventFilter(self)
        to = QLabel(_("&To agent, team or department"), self)
        to.setProperty("look", "meta")
        to.setBuddy(self._search.edit)
        self._message = QPlainTextEdit(self)
        self._message.setObjectName("reassign_message")
        self._message.setAccessibleName(_("Message to the next one"))
        self._message.setPlaceholderText(_("What was tried · what comes next · what was promised"))
        self._message.setTabChangesFocus(True)
        self._message.setFixedHeight(4 * self.fontMetrics().lineSpacing() + 20)
        self._message.installEventFilter(self)
        message = QLabel(_("&Message to the next one"), self)
        message.setProperty("look", "meta")
        message.setBuddy(self._message)
        self._error = FieldError(self)
        self._error.setObjectName("reassign_error")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(6)
        for widget in (heading, to, self._search, message, self._message):
            column.addWidget(widget, 1 if widget is self._search else 0)
        column.addLayout(self._wishes())
        column.addWidget(self._error)
        column.addLayout(self._button_row())
        self._search.edit.setFocus()

    def _wishes(self) -> QHBoxLayout:
        self._release = QCheckBox(_("Re&lease me"), self)
        self._release.setObjectName("reassign_release")
        self._release.setToolTip(_("Off: you stay a follower beside the new agent."))
        self._inform = QCheckBox(_("&Keep me informed"), self)
        self._inform.setObjectName("reassign_inform")
        self._inform.setToolTip(_("What happens next comes up in For me."))
        for box in (self._release, self._inform):
            box.setChecked(True)
            box.installEventFilter(self)
        wishes = QHBoxLayout()
        wishes.setSpacing(16)
        wishes.addWidget(self._release)
        wishes.addWidget(self._inform)
        wishes.addStretch(1)
        return wishes

    def _button_row(self) -> QHBoxLayout:
        cancel = KeyButton(self._look, _("Cancel"), "Esc", parent=self)
        cancel.setObjectName("reassign_cancel")
        cancel.clicked.connect(self.reject)
        self._reassign = KeyButton(self._look, _("Reassign"), "Ctrl+Enter", primary=True, parent=self)
        self._reassign.setObjectName("reassign_go")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self._reassign)
        return row

    def _connect(self) -> None:
        self._search.query_changed.connect(self._on_query)
        self._search.picked.connect(self._on_picked)
        self._search.highlighted.connect(self._on_highlighted)
        self._search.dismissed.connect(self.reject)
        self._message.textChanged.connect(self.typed)
        self._release.toggled.connect(self.typed)
        self._inform.toggled.connect(self.typed)
        self._reassign.clicked.connect(self._go)

    def _marked(self) -> Target | None:
        """The target that is marked because the person typed or moved to it."""
        if not self._search.text().strip() and not self._moved:
            return None
        key = self._search.highlighted_key()
        return next((target for target in self._targets if target.uid == key), None)

    def _choose(self, target: Target) -> None:
        self._chosen = target
        self._search.set_text(target.name)
        self.typed.emit()

    def _filter(self) -> None:
        typed = "" if self._chosen is not None else self._search.text()
        found = matching(self._targets, typed)
        self._filling = True
        self._search.set_hits([_hit(target) for target in found], self._search.next_token())
        if self._chosen in found:
            place = found.index(self._chosen)
            self._search.list.setCurrentIndex(self._search.list.model().index(place, 0))
        self._filling = False
        self._moved = False

    def _on_query(self, _text: str, _token: int) -> None:
        self._chosen = None
        self._clear_error()
        self._filter()

    def _on_highlighted(self, key: object) -> None:
        if self._filling:
            return
        self._moved = True
        if self._chosen is not None and self._chosen.uid != key:
            moved = next((target for target in self._targets if target.uid == key), None)
            if moved is not None:
                self._choose(moved)

    def _on_picked(self, key: object) -> None:
        target = next((target for target in self._targets if target.uid == key), None)
        if target is not None:
            self._choose(target)
            self._filter()
            self._clear_error()
            self._message.setFocus(Qt.FocusReason.TabFocusReason)

    def _clear_error(self) -> None:
        self._error.hide()
        set_wrong(self._search.edit, wrong=False)
        set_wrong(self._message, wrong=False)

    def _go(self) -> None:
        if not self._reassign.isEnabled():
            return
        values = self.values()
        if values is None:
            self.show_error("to", _("Choose who gets it: an agent, a team or a department."))
            return
        self._clear_error()
        self.set_busy(busy=True)
        self.wanted.emit(values)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._go()
            return True
        return super().eventFilter(watched, event)


def open_reassign(window: "MainWindow", numbers: tuple[str, ...]) -> ReassignDialog:
    """Hand these tickets on: one act and one undo, and the window stays where it is."""
    view = window.current_ticket()
    shown = view if view is not None and (view.number,) == numbers else None
    if shown is not None:
        title = _("Reassign {number} · {subject}").format(number=shown.number, subject=shown.subject)
    elif len(numbers) == 1:
        title = _("Reassign {number}").format(number=numbers[0])
    else:
        title = ngettext("Reassign %d ticket", "Reassign %d tickets", len(numbers)) % len(numbers)
    dialog = ReassignDialog(window.look, title, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    Handing(dialog, window, numbers, shown.position if shown is not None else None)
    dialog.open()
    return dialog


class Handing(QObject):
    """Joins the dialog with the desk; lives and goes with it."""

    def __init__(
        self, dialog: ReassignDialog, window: "MainWindow", numbers: tuple[str, ...], seen: "Position | None"
    ) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._window = window
        self._numbers = numbers
        self._key = "reassign:" + ",".join(sorted(numbers))
        draft = window.drafts.read(self._key)
        self._seen = draft.position if draft is not None else seen
        if draft is not None:
            kept = draft.content
            dialog.restore(
                str(kept.get("to", "")),
                str(kept.get("message", "")),
                release_me=bool(kept.get("release_me", True)),
                keep_me_informed=bool(kept.get("keep_me_informed", True)),
            )
        dialog.typed.connect(self._keep)
        dialog.wanted.connect(self._hand_on)
        dialog.finished.connect(window.drafts.hurry)
        window.operations.read(lambda desk: desk.targets(), owner=self, then=dialog.set_targets)

    def _keep(self) -> None:
        self._window.drafts.keep(self._key, self._dialog.kept(), self._seen)

    def _hand_on(self, wish: Reassignment) -> None:
        numbers, seen = self._numbers, self._seen

        def act(desk: "Desk") -> "Done":
            return desk.assign(
                numbers,
                wish.to,
                wish.message,
                release_me=wish.release_me,
                keep_me_informed=wish.keep_me_informed,
                seen=seen,
            )

        def done(value: "Done") -> None:
            self._window.drafts.discard(self._key)
            text = _("{which} handed to {name}.").format(which=which(numbers), name=wish.name)
            self._window.say(text, value.act)
            self._dialog.accept()

        self._window.operations.write(act, owner=self, then=done, failed=self._refused)

    def _refused(self, error: Exception) -> bool:
        self._dialog.set_busy(busy=False)
        if not isinstance(error, DeskError):
            return False
        field = error.field if isinstance(error, Invalid) else "to"
        self._dialog.show_error(field, str(error))
        return True


def _cut(look: Appearance, title: str) -> str:
    return look.metrics(Font.SECTION).elidedText(title, Qt.TextElideMode.ElideRight, _WIDTH - 50)


def _hit(target: Target) -> Hit:
    count = target.open_tickets
    return Hit(target.uid, target.name, target.detail, ngettext("%d open", "%d open", count) % count)
