"""Exit codes of the command contract, and how a refusal is told."""

import sys

from desktop_desk.domain.errors import AccessDenied, DeskError, StorageUnavailable
from desktop_desk.i18n import _

DONE, REFUSED, USAGE, ACCESS_DENIED, STORAGE = range(5)


def exit_code(error: DeskError) -> int:
    """The exit code that tells a script which kind of refusal this is."""
    match error:
        case AccessDenied():
            return ACCESS_DENIED
        case StorageUnavailable():
            return STORAGE
        case _:
            return REFUSED


def of_system(error: OSError) -> StorageUnavailable:
    """What the system refused to read or write: a file by its name, else the output of the command."""
    return StorageUnavailable(
        "failed",
        _("{what} cannot be read or written: {why}.").format(
            what=error.filename or _("The output"), why=error.strerror or error
        ),
        _("Check the path, the room on the disk, and that you may read and write there."),
    )


def tell(error: DeskError) -> int:
    """Say on stderr what was refused and what to do, and return the exit code."""
    print(error.reason, file=sys.stderr)
    if error.advice:
        print(error.advice, file=sys.stderr)
    return exit_code(error)
