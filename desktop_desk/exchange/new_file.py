"""The file that an export writes: new, and there only when it is whole."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.i18n import _


@contextmanager
def new_file(path: Path) -> Generator[TextIO]:
    """A text that is written beside, and takes its name at the end; whatever stops it leaves nothing.

    Raises:
        Invalid: the file is there already, or its folder is not.
        StorageUnavailable: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        if path.exists():
            reason = _("There is already a file {path}.").format(path=path)
            raise Invalid("path", reason, _("Choose another name."))
        if not path.parent.is_dir():
            reason = _("There is no folder {path}.").format(path=path.parent)
            raise Invalid("path", reason, _("Make the folder first."))
        try:
            # JSON has the same way of writing what is no letter.
            with part.open("w", encoding="utf-8", errors="backslashreplace") as file:
                yield file
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StorageUnavailable(
            "failed",
            _("The file {path} cannot be written: {why}.").format(path=path, why=error.strerror),
            _("Make room, or choose another folder."),
        ) from error
