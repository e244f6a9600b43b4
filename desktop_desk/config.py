"""Where this user's files are, and what this user prefers on this machine.

A leaf: it knows nothing of tickets or windows. Settings that a whole office shares are facts of the desk.
"""

import logging
import os
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, cast, get_args

Theme = Literal["system", "light", "dark"]
Density = Literal["comfortable", "compact"]
RequestForm = Literal["", "here", "office"]

HOME_VARIABLE = "DESKTOP_DESK_HOME"
MOST_HOURS = 168
"""A desk is backed up once a week at least, or not at all."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """The user's three folders; they need not exist yet."""

    config: Path
    """Small files that a person may edit: preferences."""
    data: Path
    """What must be kept: the demo desk."""
    state: Path
    """What may be lost without harm to a desk: session, drafts, last login, desks of `bench`."""

    @property
    def preferences(self) -> Path:
        """The file that `read_preferences` and `write_preferences` take."""
        return self.config / "preferences.toml"

    @property
    def demo_desk(self) -> Path:
        """Where the demo desk of the start command is kept."""
        return self.data / "demo.desk"


def places(environment: Mapping[str, str] = os.environ) -> Places:
    """The folders the platform gives a program, or three folders under DESKTOP_DESK_HOME when that is set."""
    home = environment.get(HOME_VARIABLE)
    if home:
        root = Path(home).absolute()
        return Places(config=root / "config", data=root / "data", state=root / "state")
    # Imported late: where the variable names the folders, a start need not pay for it.
    import platformdirs  # noqa: PLC0415

    user = platformdirs.PlatformDirs("desktop-desk", appauthor=False)
    return Places(config=user.user_config_path, data=user.user_data_path, state=user.user_state_path)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one user chose on one machine; every value is valid."""

    last_desk: str = ""
    """Path or URL of the desk opened last; empty before the first."""
    theme: Theme = "system"
    density: Density = "comfortable"
    backups: str = ""
    """Folder for the backups that are made by themselves; empty: one of the program's own."""
    backup_hours: int = 4
    """How often an open desk is backed up; 0: only by command."""
    on_network: tuple[str, ...] = ()
    """Paths of desks that this user opens in network folders all the same."""
    request_form: RequestForm = ""
    """Whether the request form is on, and for whom: this computer or the office's network."""
    request_form_port: int = 8095
    request_form_desk: str = ""
    """Path or URL of the desk that the form is on for."""
    phone_line: bool = False
    """Whether a telephone system on this machine may say that somebody calls."""
    phone_port: int = 7878
    phone_secret: str = ""
    """Stands in the phone line's address; made when the line is first turned on."""
    dial_command: str = ""
    """What dials, with {number} in it; empty: the program that the system has for tel: links."""


def _is_valid(name: str, value: object) -> bool:
    match name:
        case "theme":
            return value in get_args(Theme)
        case "density":
            return value in get_args(Density)
        case "backup_hours":
            return isinstance(value, int) and 0 <= value <= MOST_HOURS and not isinstance(value, bool)
        case "phone_port" | "request_form_port":
            return isinstance(value, int) and 0 < value < 65536 and not isinstance(value, bool)
        case "phone_line":
            return isinstance(value, bool)
        case "request_form":
            return value in get_args(RequestForm)
        case "on_network":
            return isinstance(value, list | tuple) and all(
                isinstance(each, str) for each in cast("Sequence[object]", value)
            )
        case _:
            return isinstance(value, str)


def _read_table(path: Path) -> dict[str, Any]:
    """What stands in the file; a file that is not TOML is set aside beside itself, never deleted."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:  # both a broken encoding and broken TOML
        aside = path.with_name(path.name + ".damaged")
        path.replace(aside)
        _log.warning("preferences could not be read (%s); set aside as %s", error, aside)
        return {}


def read_preferences(path: Path) -> Preferences:
    """The preferences in the file; the default for a missing value, and with a warning for what cannot be read."""
    try:
        table = _read_table(path)
    except OSError as error:
        _log.warning("preferences could not be read (%s); the defaults are used", error)
        table = {}
    kept: dict[str, Any] = {}
    for field in fields(Preferences):
        if field.name not in table:
            continue
        value = table[field.name]
        if _is_valid(field.name, value):
            kept[field.name] = tuple(cast("list[str]", value)) if isinstance(value, list) else value
        else:
            _log.warning("%s: %s = %r is not valid; the default is used", path, field.name, value)
    return Preferences(**kept)


def write_preferences(path: Path, preferences: Preferences) -> None:
    """Replace the file in one step; keys that this version does not know stay. Raises OSError and ValueError.

    A reader sees the old file or the new one, also after a power cut.
    """
    # Imported late: most starts never write.
    import tomli_w  # noqa: PLC0415

    values = asdict(preferences)
    for name, value in values.items():
        if not _is_valid(name, value):
            message = f"{name} = {value!r}"
            raise ValueError(message)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = _read_table(path) | values
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    new = Path(name)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123  a descriptor, not a path
            tomli_w.dump(table, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
