"""Exit codes of the command contract, and how a refusal is told."""

import sys

from desktop_desk.domain.errors import AccessDenied, DeskError, StorageUnavailable

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


def tell(error: DeskError) -> int:
    """Say on stderr what was refused and what to do, and return the exit code."""
    print(error.reason, file=sys.stderr)
    if error.advice:
        print(error.advice, file=sys.stderr)
    return exit_code(error)
