"""Agents' key pairs: a public half for everybody, and a private half that only the password unwraps."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from desktop_desk.domain.errors import Unreadable
from desktop_desk.domain.facts import EntityId
from desktop_desk.i18n import _

_FORM: Final = "1"
_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """What trying one password costs (argon2id); a thief of the sidecar pays it for every guess."""

    memory_kib: int = 65_536
    rounds: int = 3
    lanes: int = 4

    @property
    def is_bearable(self) -> bool:
        """Whether a log in with this cost would end; a file that was tampered with could ask for anything."""
        return 8 <= self.memory_kib <= 1_048_576 and 1 <= self.rounds <= 20 and 1 <= self.lanes <= 16


class WrappedKeys:
    """Makes agents' key pairs in the form that facts keep."""

    def __init__(self, cost: Cost | None = None) -> None:
        self.cost = cost or Cost()

    def made(self, agent: EntityId, password: str) -> Mapping[str, str]:
        """The fields `public_key` and `wrapped_key` of an agent with this password."""
        from desktop_desk.storage.sealing import Sealer, new_pair  # noqa: PLC0415  only new passwords need it

        private, public = new_pair()
        salt = os.urandom(_SALT_BYTES)
        sealer = Sealer(_stretched(password, salt, self.cost))
        box = sealer.seal(private, _name(agent, to_text(public)))
        cost = self.cost
        wrapped = f"{_FORM}${cost.memory_kib}${cost.rounds}${cost.lanes}${to_text(salt)}${to_text(box)}"
        return {"public_key": to_text(public), "wrapped_key": wrapped}


def unwrapped(wrapped: str, agent: str, public: str, password: str) -> bytes:
    """The private half; Unreadable for a wrong password, and for what was changed. Slow on purpose."""
    from desktop_desk.storage.sealing import Sealer  # noqa: PLC0415  only unlocking needs it

    form, cost, salt, box = _parts(wrapped)
    if form != _FORM or not cost.is_bearable:
        raise Unreadable(_("A key has a form that this version does not know."))
    return Sealer(_stretched(password, salt, cost)).unseal(box, _name(agent, public))


def try_in_vain(password: str, cost: Cost | None = None) -> None:
    """Take as long as unwrapping does, for a login that is not known."""
    _stretched(password, bytes(_SALT_BYTES), cost or Cost())


def cost_of(wrapped: str) -> Cost:
    """What unwrapping this would cost; the usual where it does not say."""
    try:
        cost = _parts(wrapped)[1]
    except Unreadable:
        return Cost()
    return cost if cost.is_bearable else Cost()


def to_text(raw: bytes) -> str:
    """Bytes as text for JSON."""
    return base64.b64encode(raw).decode("ascii")


def to_bytes(text: str) -> bytes:
    """The bytes again; Unreadable for what is none of ours."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Unreadable(_("A key is damaged.")) from error


def _parts(wrapped: str) -> tuple[str, Cost, bytes, bytes]:
    try:
        form, memory, rounds, lanes, salt, box = wrapped.split("$")
        return form, Cost(int(memory), int(rounds), int(lanes)), to_bytes(salt), to_bytes(box)
    except ValueError as error:
        raise Unreadable(_("A key is damaged.")) from error


def _name(agent: str, public: str) -> str:
    return f"private key of {agent} for {public}"


def _stretched(password: str, salt: bytes, cost: Cost) -> bytes:
    import argon2.low_level  # noqa: PLC0415  only logging in needs it

    return argon2.low_level.hash_secret_raw(
        password.encode("utf-8", "replace"), salt, time_cost=cost.rounds, memory_cost=cost.memory_kib,
        parallelism=cost.lanes, hash_len=32, type=argon2.low_level.Type.ID,
    )  # fmt: skip
