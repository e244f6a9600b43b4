"""Joins telephone and main window; what is heavy is loaded when it is first wanted."""

from typing import TYPE_CHECKING

from desktop_desk import config
from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _
from desktop_desk.ui.messages import message_of
from desktop_desk.ui.tickets.times import moment_text

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import CallBack, Done
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.phone.line import WindowLine


def line_of(window: "MainWindow") -> "WindowLine":
    """The window's phone line; made when first asked for."""
    from desktop_desk.ui.phone.line import WindowLine

    found = window.findChild(WindowLine)
    return found if found is not None else WindowLine(window, config.places().preferences)


def join(window: "MainWindow") -> None:
    """Turn the line on in a window where it was on when it was left."""
    if config.read_preferences(config.places().preferences).phone_line:
        line = line_of(window)
        line.resume()
        if line.trouble:
            window.say(line.trouble)


def show_line(window: "MainWindow") -> None:
    """Open Phone line…"""
    from desktop_desk.ui.phone.dialog import PhoneDialog

    dialog = PhoneDialog(window.look, line_of(window), window)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def answer_links_for(window: "MainWindow") -> None:
    """Let links with telephone numbers open this program; a person asked for it."""
    from desktop_desk.ui.phone.links import answer_links

    window.operations.task(
        answer_links, owner=window, then=window.say, failed=lambda error: _tell(window, error), long=True
    )


def call_back(window: "MainWindow", back: "CallBack") -> None:
    """Open the call that makes a promise good, and dial."""
    window.calls().call_out(back.phone, name=back.person, ticket=back.ticket_number, owed=back.uid)
    dial_now(window, back.phone)


def call(window: "MainWindow", number: str, name: str = "", ticket: str = "") -> None:
    """Open the call to a number, and dial."""
    window.calls().call_out(number, name=name, ticket=ticket)
    dial_now(window, number)


def dial_by_command(window: "MainWindow", number: str) -> None:
    """Dial a number of a link; only by the user's own command, as the system would give the link back to us."""
    if config.read_preferences(config.places().preferences).dial_command:
        dial_now(window, number)


def dial_now(window: "MainWindow", number: str) -> None:
    """Let the telephone dial; when it cannot, that is told, and the person dials by hand."""
    from desktop_desk.domain.phones import Phone, read_phone
    from desktop_desk.ui.phone.dialling import dial

    def read(desk: "Desk") -> tuple[Phone, str]:
        command = config.read_preferences(config.places().preferences).dial_command
        return read_phone(number, desk.directory().settings.country), command

    def go(found: tuple[Phone, str]) -> None:
        try:
            dial(*found)
        except DeskError as error:
            _tell(window, error)

    window.operations.read(read, owner=window, then=go)


def not_reached(window: "MainWindow", back: "CallBack") -> None:
    """Count a try in vain, and say when the call is due again."""
    uid, who = back.uid, back.person or _("the caller")

    def told(done: "Done") -> None:
        window.operations.read(
            lambda desk: next(
                (n.call_back.due for n in desk.inbox() if n.call_back and n.call_back.uid == uid), None
            ),
            owner=window,
            then=lambda due: say(done, due),
        )

    def say(done: "Done", due: int | None) -> None:
        when = moment_text(due, window.now()) if due is not None else ""
        window.say(_("{who} not reached: again {when}").format(who=who, when=when).rstrip(": "), done.act)

    window.operations.write(lambda desk: desk.call_back_tried(uid), owner=window, then=told)


def _tell(window: "MainWindow", error: Exception) -> bool:
    """Say it in the call that is in front, which would hide the window's own notice; without one there."""
    from desktop_desk.ui.calls.panel import CallPanel

    if not isinstance(error, DeskError):
        return False
    panel = window.findChild(CallPanel)
    if panel is not None and panel.isVisible():
        panel.form(panel.front).show_error("", str(error))
    else:
        window.notice.say(message_of(error))
    return True
