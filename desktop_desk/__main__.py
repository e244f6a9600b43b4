"""Decides what a start is: a hand-over to the running program, a command, or the window itself."""

import os
import sys
from collections.abc import Sequence

from desktop_desk.cli.launch import Launch, absolute_address, carry_out, read_launch
from desktop_desk.i18n import _


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line and return its exit code, as the manual lists them."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] == ["lock-probe"]:
        # Not for people: a desk on a network folder starts it to see whether locks hold there.
        from desktop_desk.storage.lock_probe import main as probe

        return probe(*words[1:])
    launch = read_launch(words, os.environ)
    if launch is None:
        from desktop_desk.cli.app import run

        outcome = run(words)
        if isinstance(outcome, int):
            return outcome
        launch = outcome
    return carry_out(launch, _open_window)


def _open_window(launch: Launch) -> int:
    """Become the window: the only place outside ui that loads Qt."""
    from desktop_desk.cli.errors import tell
    from desktop_desk.domain.errors import DeskError

    if not _has_screen():
        # Qt would end the whole process with a signal.
        reason = _("There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set.")
        advice = _(
            "Start the program in a desktop session. With QT_QPA_PLATFORM=offscreen, “open --screenshot FILE” paints"
            " its window."
        )
        return tell(DeskError(reason, advice))
    from desktop_desk.ui.quick_start import begin_start

    begin_start()
    from desktop_desk.ui.app import run

    try:
        return run(
            desk=absolute_address(launch.desk),
            login=launch.login,
            password=os.environ.get("DESKTOP_DESK_PASSWORD"),
            screenshot=launch.screenshot,
            on_network=launch.on_network,
        )
    except DeskError as error:
        return tell(error)


def _has_screen() -> bool:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
