"""The sound of a notice: a short one of our own, by whatever plays sounds on this system, else the system's beep."""

import shutil
import sys
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

PLAYERS = ("pw-play", "paplay", "aplay")


def sound_file() -> Path:
    """Where the sound lies."""
    return Path(str(files("desktop_desk").joinpath("resources", "sounds", "notice.wav")))


def player(platform: str = sys.platform) -> str:
    """The program that plays it; "" where there is none."""
    if platform == "darwin":
        return "afplay"
    return next((found for name in PLAYERS if (found := shutil.which(name))), "")


def play() -> None:
    """Play it, without waiting for its end."""
    if sys.platform == "win32":
        import winsound

        winsound.PlaySound(str(sound_file()), winsound.SND_FILENAME | winsound.SND_ASYNC)
        return
    program = player()
    if not program or not QProcess.startDetached(program, [str(sound_file())])[0]:
        QApplication.beep()
