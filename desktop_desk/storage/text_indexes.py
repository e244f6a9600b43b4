"""What finds texts by their words: each engine has its own, and they find the same."""

from typing import Protocol

Statement = tuple[str, tuple[object, ...]]
"""SQL and the values of one row, to be run together with other rows of the same SQL."""


class TextIndex(Protocol):
    """Finds texts by their words, newest first; a text is known by the arrival of its fact."""

    def newest(self, match: str, count: int, below: int) -> list[int]:
        """The arrivals of the newest texts that match, of those that arrived before `below`.

        Args:
            match: quoted terms, with a star where a word may go on, joined by AND or by OR.
        """
        ...

    def keeping(self, arrival: int, text: str) -> Statement:
        """What keeps a text, or takes it out when it is blank; within a transaction."""
        ...

    def settle(self) -> None:
        """Keep what was written quick to be found, after texts were kept; within the same transaction."""
        ...

    def empty(self) -> None:
        """Take all texts out."""
        ...

    def forget(self) -> None:
        """Drop what was remembered: a transaction failed."""
        ...

    def contents(self) -> dict[str, str]:
        """By its name a query over each table that tells in some order what it holds."""
        ...


class CallerIndex(Protocol):
    """Finds callers by any three letters or digits of what is known of them."""

    def newest(self, words: list[str], limit: int) -> list[int]:
        """The local numbers of the newest callers that have each of these, of three signs at least, anywhere."""
        ...

    def keep(self, person: int, text: str) -> None:
        """Keep what a caller is found by."""
        ...

    def take_out(self, person: int) -> None:
        """Let a caller be found no more."""
        ...

    def empty(self) -> None:
        """Take all callers out."""
        ...

    def contents(self) -> dict[str, str]:
        """By its name a query over each table that tells in some order what it holds."""
        ...
