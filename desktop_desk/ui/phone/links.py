"""Who answers tel: links: registered for this user only, and only because the user asked for it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

ENTRY = "desktop-desk-links.desktop"
SCHEMES = ("x-scheme-handler/desktop-desk", "x-scheme-handler/tel")
_PATIENCE = 20.0


def own_command() -> list[str]:
    """The command that starts this very program."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "desktop_desk"]


def desktop_entry(command: list[str]) -> str:
    """The desktop file of the freedesktop.org specification that opens links with this command."""
    return "\n".join(
        (
            "[Desktop Entry]",
            "Type=Application",
            "Name=Desktop Desk",
            "GenericName=Help desk",
            f"Exec={' '.join(map(_quoted, command))} %u",
            "Terminal=false",
            "NoDisplay=true",
            f"MimeType={';'.join(SCHEMES)};",
            "",
        )
    )


def answer_links(environment: Mapping[str, str] = os.environ) -> str:
    """Let tel: links start this program from now on; gives a sentence that says so.

    Raises:
        Invalid: the system has to be told in another way, which the advice says, or its tool is missing.
    """
    if sys.platform == "win32":
        return _answer_on_windows()
    if sys.platform == "darwin":
        raise Invalid(
            "links",
            _("On macOS the program must be installed as an application to open links."),
            _("Then choose it in FaceTime's settings under “Default for calls”."),
        )
    home = environment.get("XDG_DATA_HOME") or str(
        Path(environment.get("HOME", "~")).expanduser() / ".local/share"
    )
    folder = Path(home) / "applications"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ENTRY).write_text(desktop_entry(own_command()), encoding="utf-8")
    tool = shutil.which("xdg-mime", path=environment.get("PATH"))
    if tool is None:
        raise Invalid(
            "links", _("The tool xdg-mime is missing."), _("Install the package xdg-utils, and try again.")
        )
    for scheme in SCHEMES:
        done = subprocess.run(  # noqa: S603  a tool of the system, with our own words
            [tool, "default", ENTRY, scheme],
            env=dict(environment),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
        if done.returncode:
            raise Invalid(
                "links",
                _("The system did not take it ({error}).").format(error=done.stderr.decode(errors="replace")),
            )
    return _("Links with telephone numbers open Desktop Desk now.")


def _quoted(word: str) -> str:
    """A word as the specification wants it in Exec=."""
    plain = word.replace("%", "%%")
    if not any(mark in plain for mark in " \t\n\"'\\><~|&;$*?#()`"):
        return plain
    inside = "".join(f"\\{mark}" if mark in '"`$\\' else mark for mark in plain)
    # The value of a key is unescaped once before the quotes are read.
    return '"' + inside.replace("\\", "\\\\") + '"'


def _answer_on_windows() -> str:
    """Offer the program to Windows, which lets only the person choose it."""
    if sys.platform == "win32":
        import winreg

        command = f'{subprocess.list2cmdline(own_command())} "%1"'
        classes, offered = "Software\\Classes", "Software\\Desktop Desk\\Capabilities"
        values = [
            (f"{classes}\\desktop-desk", "", "URL:Desktop Desk"),
            (f"{classes}\\desktop-desk", "URL Protocol", ""),
            (f"{classes}\\desktop-desk\\shell\\open\\command", "", command),
            (f"{classes}\\DesktopDesk.tel\\shell\\open\\command", "", command),
            (offered, "ApplicationName", "Desktop Desk"),
            (offered, "ApplicationDescription", "Help desk"),
            (f"{offered}\\URLAssociations", "tel", "DesktopDesk.tel"),
            ("Software\\RegisteredApplications", "Desktop Desk", offered),
        ]
        for path, name, value in values:
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
                winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)
    return _("Choose Desktop Desk for TEL in Windows' settings under “Default apps”.")
