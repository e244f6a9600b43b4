"""Failed tries of login names: counted in the desk, so that no new window starts from nought."""

from desktop_desk.storage.database import Database
from desktop_desk.storage.log_tables import LoginTry
from desktop_desk.storage.upserts import upsert

_FAILED = upsert(LoginTry)


class LoginTries:
    """Remembers failed tries; no part of the journal, but guarded like it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def tries(self, login: str) -> tuple[int, int]:
        """Failed tries in a row, and until when (ms) the login is locked; (0, 0) when there were none."""
        found = self._db.row("SELECT failed, until FROM login_try WHERE login = ?", (login,))
        return (found[0], found[1]) if found else (0, 0)

    def failed(self, login: str, failed: int, until: int) -> None:
        """Note a failed try."""
        self._db.run(_FAILED, (login, failed, until))

    def cleared(self, login: str) -> None:
        """Forget failed tries after a right password."""
        self._db.run("DELETE FROM login_try WHERE login = ?", (login,))
