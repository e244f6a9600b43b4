"""Where the window was left: one small JSON file per user and desk, read before the window shows."""

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from desktop_desk.desk.key_ports import Seal
from desktop_desk.domain.errors import Unreadable

_NAME = "session"
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Session:
    """What comes back at the next start; every value may be missing or out of date.

    Attributes:
        geometry: the window's place as Qt gave it, base64 text.
        side: width of the side list in pixels.
        detail: width of the ticket pane in pixels.
        queue: key of the queue shown.
        sort: column the queue was sorted by, per queue, with "-" before it when descending.
        columns: per queue kind, the table's column state.
        ticket: number of the open ticket.
        place: of the thread: key of the topmost card and its offset in pixels.
        text_scale: how much larger than the system's text is; 0 when nobody chose.
        entry: which tab of the composer was open: reply, note or call_back.
    """

    geometry: str = ""
    side: int = 0
    detail: int = 0
    queue: str = "open"
    sort: dict[str, str] = field(default_factory=dict[str, str])
    columns: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    ticket: str = ""
    place: list[Any] = field(default_factory=list[Any])
    entry: str = "reply"
    text_scale: float = 0.0


def session_file(state: Path, address: str, login: str) -> Path:
    """The file of one agent on one desk; the same path whenever the same desk is opened."""
    name = hashlib.sha256(f"{address}\n{login}".encode()).hexdigest()[:20]
    return state / "sessions" / f"{name}.json"


def read_session(path: Path, seal: Seal | None = None) -> Session:
    """The session in the file; the default for whatever is missing or of the wrong kind."""
    try:
        kept = path.read_bytes()
        # One that was written before the desk was encrypted is plain.
        is_sealed = seal is not None and not kept.startswith(b"{")
        table: Any = json.loads(seal.unseal(kept, _NAME) if seal is not None and is_sealed else kept)
    except FileNotFoundError:
        return Session()
    except (OSError, ValueError, Unreadable) as error:
        _log.warning("the last session could not be read: %s", error)
        return Session()
    return _session_of(cast("Mapping[str, Any]", table)) if isinstance(table, dict) else Session()


def _session_of(table: Mapping[str, Any]) -> Session:
    session = Session()
    for each in fields(Session):
        value = table.get(each.name)
        if type(value) is type(getattr(session, each.name)):
            setattr(session, each.name, value)
    return session


def write_session(path: Path, session: Session, seal: Seal | None = None) -> None:
    """Replace the file in one step; raises OSError."""
    body = json.dumps(asdict(session)).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body if seal is None else seal.seal(body, _NAME))
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
