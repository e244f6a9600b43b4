"""Nothing typed is lost: every editor's text outlives window, process and power, one second behind."""

import contextlib
import hashlib
import time
import uuid
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMetaObject, QObject, Qt, Signal, Slot

from desktop_desk.desk.key_ports import Seal
from desktop_desk.desk.views import Position
from desktop_desk.i18n import _
from desktop_desk.ui.draft_file import DraftWriter, Listener, Row

_LOADING_AT_MOST = 2.0


def drafts_file(state: Path, address: str, login: str) -> Path:
    """Where one agent's drafts on one desk are kept; `address` is the desk's path or URL."""
    name = hashlib.sha256(f"{address}\0{login}".encode()).hexdigest()[:24]
    return state / "drafts" / f"{name}.drafts"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed into one editor: JSON values by name; `kept` is ms since the epoch, UTC."""

    key: str
    content: Mapping[str, Any]
    position: Position | None
    kept: int

    @property
    def text(self) -> str:
        """The text of an editor that keeps one."""
        return str(self.content.get("text", ""))


class Drafts(QObject):
    """The drafts of one window: kept in memory at once, and on disk less than a second later.

    No method but `flush` and `close` waits for the disk. What ended windows left is taken over at the start.

    Signals:
        written: this key's draft is on disk as it was last kept or discarded.
        trouble: why drafts cannot be written now ("" when they can again); nothing is forgotten meanwhile.
    """

    written = Signal(str)
    trouble = Signal(str)

    def __init__(self, path: Path, parent: QObject | None = None, *, seal: Seal | None = None) -> None:
        """`seal` makes them unreadable on the disk, for an encrypted desk."""
        super().__init__(parent)
        self._kept: dict[str, list[Row]] | None = None
        self._trouble = ""
        # Weak, so that the writer's thread does not keep a window's drafts alive.
        me: weakref.ref[Drafts] = weakref.ref(self)
        listener = Listener(
            partial(_tell_written, me), partial(_tell_trouble, me), partial(_tell_set_aside, me)
        )
        self._writer = DraftWriter(path, listener, seal)
        # Also when nobody closes it: at the latest when the interpreter ends.
        self._finalizer = weakref.finalize(self, self._writer.close)
        self._writer.start()
        # Trouble may come before who made this could connect to it: it is told once more then.
        QMetaObject.invokeMethod(self, "tell_again", Qt.ConnectionType.QueuedConnection)

    @Slot()
    def tell_again(self) -> None:
        """Tell of the trouble that there is now, if any."""
        if self._trouble:
            self.trouble.emit(self._trouble)

    def tell(self, trouble: str) -> None:
        """Say what is wrong with the drafts, "" when all is well again."""
        self._trouble = trouble
        self.trouble.emit(trouble)

    def keep(self, key: str, content: str | Mapping[str, Any], position: Position | None = None) -> None:
        """Remember what the editor holds now instead of before; an empty editor is a discard."""
        values: Mapping[str, Any] = {"text": content} if isinstance(content, str) else dict(content)
        if not any(values.values()):
            self.discard(key)
            return
        stack = self._all().setdefault(key, [])
        if stack and stack[-1].content == values and _position(stack[-1]) == position:
            return
        id_ = stack[-1].id if stack else uuid.uuid4().hex
        stored = [] if position is None else [position.seq, [list(other) for other in position.others]]
        row = Row(id_, key, values, stored, time.time_ns() // 1_000_000)
        stack[-1:] = [row]
        self._writer.put(row)

    def read(self, key: str) -> Draft | None:
        """What was last kept for the key and not discarded."""
        stack = self._all().get(key)
        return _draft(stack[-1]) if stack else None

    def discard(self, key: str) -> None:
        """Forget the newest draft of the key: its text is saved, or was thrown away on purpose."""
        stack = self._all().get(key)
        if stack:
            row = stack.pop()
            self._writer.put(replace(row, content={}))

    def all(self, prefix: str = "") -> tuple[Draft, ...]:
        """Every draft whose key begins so, oldest first; one key may come twice, from two ended windows."""
        rows = [row for stack in self._all().values() for row in stack if row.key.startswith(prefix)]
        return tuple(_draft(row) for row in sorted(rows, key=lambda row: (row.kept, row.id)))

    def hurry(self) -> None:
        """Have everything written now, without waiting for it: for a lost focus."""
        self._writer.hurry()

    def flush(self, timeout: float = 2.0) -> bool:
        """Wait until everything is on disk; False when it is not after `timeout` seconds."""
        return self._writer.flush(timeout)

    def close(self) -> None:
        """Write everything and stop; drafts stay for the next window."""
        self._writer.close()

    def _all(self) -> dict[str, list[Row]]:
        if self._kept is None:
            # Begun at log-in and done in milliseconds; the wait is for a disk that has just been woken.
            self._writer.loaded.wait(_LOADING_AT_MOST)
            self._kept = {}
            for row in self._writer.found:
                self._kept.setdefault(row.key, []).append(row)
        return self._kept


# Called by the writer's thread. RuntimeError: Qt's half went first, as it does when the parent is deleted;
# then there is nobody left to tell.


def _tell_written(me: "weakref.ref[Drafts]", keys: tuple[str, ...]) -> None:
    drafts = me()
    if drafts is not None:
        with contextlib.suppress(RuntimeError):
            for key in keys:
                drafts.written.emit(key)


def _tell_trouble(me: "weakref.ref[Drafts]", reason: str) -> None:
    drafts = me()
    if drafts is not None:
        text = reason and _("Drafts cannot be saved: {reason}").format(reason=reason)
        with contextlib.suppress(RuntimeError):
            drafts.tell(text)


def _tell_set_aside(me: "weakref.ref[Drafts]", path: Path) -> None:
    drafts = me()
    if drafts is not None:
        text = _("The file of drafts could not be read. It was kept as {path}.").format(path=path)
        with contextlib.suppress(RuntimeError):
            drafts.tell(text)


def _position(row: Row) -> Position | None:
    if not row.position:
        return None
    seq, others = row.position
    return Position(seq, tuple((str(replica), int(reached)) for replica, reached in others))


def _draft(row: Row) -> Draft:
    return Draft(row.key, row.content, _position(row), row.kept)
