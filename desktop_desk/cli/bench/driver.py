"""The SQLite driver itself, with nothing of ours around it: what reads and writes are measured against."""

from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2


def connect(path: Path, key: bytes | None = None) -> Any:
    """A bare connection to a file, in autocommit; `key` is that of an encrypted one."""
    driver: Any = dbapi2
    bare = driver.connect(str(path), isolation_level=None)
    if key is not None:
        bare.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return bare
