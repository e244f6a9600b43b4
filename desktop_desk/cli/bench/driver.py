"""The SQLite driver itself, with nothing of ours around it: what reads and writes are measured against."""

from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2


def connect(path: Path) -> Any:
    """A bare connection to a file, in autocommit."""
    driver: Any = dbapi2
    return driver.connect(str(path), isolation_level=None)
