"""Password hashes by argon2id."""

MEMORY_KIB, ROUNDS, LANES = 19_456, 2, 1
"""The least that the OWASP password storage sheet recommends for argon2id: about 30 ms on a laptop."""


class Argon2Passwords:
    """Hashes passwords; a hash carries its own cost, so that the cost can rise later."""

    def __init__(self, memory_kib: int = MEMORY_KIB, rounds: int = ROUNDS) -> None:
        self._memory_kib = memory_kib
        self._rounds = rounds

    def made(self, password: str) -> str:
        """A salted hash."""
        import argon2  # noqa: PLC0415  only logging in needs it

        hasher = argon2.PasswordHasher(
            time_cost=self._rounds, memory_cost=self._memory_kib, parallelism=LANES
        )
        return hasher.hash(password)

    def fits(self, kept: str, password: str) -> bool:
        """Whether a password is the one that a hash was made of; False for a broken hash."""
        import argon2  # noqa: PLC0415  only logging in needs it

        try:
            return argon2.PasswordHasher().verify(kept, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
