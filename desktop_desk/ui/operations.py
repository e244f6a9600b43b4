"""The only way from a screen to Desk: writes that are announced, reads that may come too late, errors shown once."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal

from desktop_desk.domain.errors import DeskError
from desktop_desk.ui.background import Background, Job, Lane

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Done, UndoStep

T = TypeVar("T")

POLL_MS = 1000
"""How often the file is asked whether somebody else wrote; others' work shows within twice this."""


class Tasks(QObject):
    """Runs slow things off the UI thread, also before a desk is open.

    Signals:
        failed(Exception): an error that nobody beside the field has shown.
    """

    failed = Signal(object)

    def __init__(self, background: Background, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background

    @property
    def busy(self) -> bool:
        """True while an answer is awaited."""
        return self._background.busy

    def task(
        self,
        call: Callable[[], T],
        *,
        owner: QObject,
        then: Callable[[T], None],
        failed: Callable[[Exception], bool] | None = None,
        latest: str = "",
        long: bool = False,
    ) -> Job:
        """Run `call` on the read lane, or on the long one; `then` gets its value while `owner` lives.

        With `latest`, only the newest call of this owner and name is answered. `failed` answers True when it
        has shown the error itself.
        """
        return self._background.submit(
            Lane.LONG if long else Lane.READ,
            call,
            owner=owner,
            then=then,
            failed=lambda error: self._failed(error, failed),
            latest=latest,
        )

    def _failed(self, error: Exception, shown: Callable[[Exception], bool] | None) -> None:
        if shown is None or not shown(error):
            self.failed.emit(error)


class Operations(Tasks):
    """Runs a Desk's verbs off the UI thread for one logged-in agent.

    Attributes:
        desk: the agent's Desk; only `call` of `write` and `read` may ask it anything.

    Signals:
        changed(Done, QObject | None): a write of ours was done; the second is who asked for it.
        others_changed(): another window, process or command wrote to the same desk.
        undo_changed(UndoStep | None, UndoStep | None): what undo and redo would do now.
    """

    changed = Signal(object, object)
    others_changed = Signal()
    undo_changed = Signal(object, object)

    def __init__(
        self,
        desk: "Desk",
        background: Background,
        data_version: Callable[[], int],
        *,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, parent=parent)
        self.desk = desk
        self._data_version = data_version
        self._seen_version: int | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.look_for_others)

    def start_polling(self) -> None:
        """Notice others' work from now on, until the object goes away."""
        self._poll.start()

    def stop_polling(self) -> None:
        self._poll.stop()

    def write(
        self,
        call: Callable[["Desk"], "Done"],
        *,
        owner: QObject,
        then: Callable[["Done"], None] | None = None,
        failed: Callable[[Exception], bool] | None = None,
    ) -> Job:
        """Do one act; `then` gets what was done, and `changed` is announced after it.

        `failed` answers True when it has shown the error itself. An owner that is gone by then is not
        called, but the act is announced and an error is shown all the same.
        """

        def done(value: "Done") -> None:
            alive = shiboken6.isValid(owner)
            if alive and then is not None:
                then(value)
            self.changed.emit(value, owner if alive else None)
            self.refresh_undo()

        def not_done(error: Exception) -> None:
            self._failed(error, failed if shiboken6.isValid(owner) else None)

        return self._background.submit(
            Lane.WRITE, lambda: call(self.desk), owner=self, then=done, failed=not_done
        )

    def read(
        self,
        call: Callable[["Desk"], T],
        *,
        owner: QObject,
        then: Callable[[T], None],
        failed: Callable[[Exception], bool] | None = None,
        latest: str = "",
        long: bool = False,
    ) -> Job:
        """Read from the desk; with `latest` only the newest read of that owner and name is answered."""
        return self.task(
            lambda: call(self.desk), owner=owner, then=then, failed=failed, latest=latest, long=long
        )

    def look_for_others(self) -> None:
        """Ask the file whether anybody else wrote since the last look."""
        self.task(
            self._data_version, owner=self, then=self._on_version, failed=_is_tried_again, latest="version"
        )

    def refresh_undo(self) -> None:
        """Ask what undo and redo would do now, and say it by `undo_changed`."""
        self.read(
            lambda desk: (desk.undo_step(), desk.redo_step()),
            owner=self,
            then=self._on_steps,
            latest="undo",
        )

    def _on_version(self, version: int) -> None:
        before, self._seen_version = self._seen_version, version
        if before is not None and before != version:
            self.others_changed.emit()

    def _on_steps(self, steps: "tuple[UndoStep | None, UndoStep | None]") -> None:
        self.undo_changed.emit(*steps)


def _is_tried_again(error: Exception) -> bool:
    """The next look comes in a second; a desk that stays away is told by the first read or write."""
    return isinstance(error, DeskError)
