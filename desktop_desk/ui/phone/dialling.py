"""Calling somebody: by the program that the system has for tel: links, or by a command of the user's own."""

import shlex
import sys
from collections.abc import Sequence

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.phones import Phone
from desktop_desk.i18n import _

PLACE = "{number}"


def dialled(phone: Phone) -> str:
    """What is dialled for a number: "+49301234567", an extension's own digits, "" where there is nothing to dial."""
    return phone.e164 or phone.extension or phone.digits


def tel_link(phone: Phone) -> str:
    """The link that dials a number, with the extension behind it."""
    inside = f";ext={phone.extension}" if phone.e164 and phone.extension else ""
    return f"tel:{dialled(phone)}{inside}"


def command_line(command: str, phone: Phone) -> Sequence[str]:
    """The program and its arguments, the number in its place or at the end; no shell ever sees it.

    Raises:
        Invalid: the command is not complete, such as a quote that is never closed.
    """
    try:
        # On Windows a path's backslashes are no escapes.
        words = shlex.split(command, posix=sys.platform != "win32")
    except ValueError as error:
        reason = _("The command that dials cannot be read: {error}.").format(error=error)
        raise Invalid("dial_command", reason, _("Change it in Phone line…")) from error
    if not words:
        raise Invalid("dial_command", _("The command that dials is empty."), _("Change it in Phone line…"))
    number = dialled(phone)
    if any(PLACE in word for word in words):
        return [word.replace(PLACE, number) for word in words]
    return [*words, number]


def dial(phone: Phone, command: str) -> None:
    """Let the telephone dial; Invalid when there is nothing to dial or nothing that could."""
    if not dialled(phone):
        raise Invalid("number", _("There is no number to dial."), _("Type it into the caller's card first."))
    if command.strip():
        program, *arguments = command_line(command, phone)
        started, _pid = QProcess.startDetached(program, arguments)
    else:
        started = QDesktopServices.openUrl(QUrl(tel_link(phone)))
    if not started:
        raise Invalid(
            "dial_command",
            _("Nothing on this machine dialled {number}.").format(number=dialled(phone)),
            _("Choose a program for tel: links in the system, or a command in Phone line…"),
        )
