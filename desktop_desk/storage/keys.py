"""The key ring: one secret, sealed to each agent who may open what it locks.

A desk's sidecar (sidecar.py) keeps the ring of its raw key; a hub keeps the ring of its own key in the same form.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from desktop_desk.domain.errors import Unreadable
from desktop_desk.i18n import _
from desktop_desk.storage.key_pairs import Cost, cost_of, to_bytes, to_text, try_in_vain, unwrapped
from desktop_desk.storage.sealing import derived, seal_to, unseal_with

FORMAT: Final = 1
_NAME_BYTES: Final = 15


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """An agent who may open it, as facts know him: his names for logging in, and his key pair."""

    uid: str
    names: tuple[str, ...]
    public_key: str
    wrapped_key: str


@dataclass(frozen=True, slots=True)
class Seat:
    """One agent's seat at the ring, all of it text.

    Attributes:
        names: logins and addresses that he logs in with, salted and hashed: the ring tells nobody who works here.
        public, wrapped: his key pair, the private half under his password.
        sealed: the secret for his private half alone.
        mark: shows whoever knows the secret that the seat is as it was made.
    """

    names: tuple[str, ...]
    public: str
    wrapped: str
    sealed: str
    mark: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What a password opened: whose seat it was, and the secret."""

    agent: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class KeyRing:
    """One secret sealed to agents; a value, each change gives another.

    Attributes:
        desk: the id of the desk; a seat of another desk's ring opens nothing here.
        purpose: what the secret is for: "desk" or "hub".
        salt: hides the names.
        seats: by the agent's id.
    """

    desk: str
    purpose: str
    salt: str
    seats: Mapping[str, Seat] = field(default_factory=dict[str, Seat])

    @classmethod
    def new(cls, desk: str, purpose: str, secret: bytes, holders: Iterable[KeyHolder]) -> Self:
        """A ring with a seat for each of these agents."""
        return cls(desk, purpose, to_text(os.urandom(16))).following(secret, holders)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """The ring from what `to_bytes` gave; Unreadable when it is torn or of a newer form."""
        try:
            return cls.from_table(json.loads(kept))
        except (ValueError, RecursionError) as error:
            raise Unreadable(_("The keys are damaged.")) from error

    @classmethod
    def from_table(cls, table: Any) -> Self:
        """The ring from a decoded JSON object."""
        try:
            if table["format"] > FORMAT:
                raise Unreadable(
                    _("The keys were written by a newer version of this program."), _("Update this program.")
                )
            seats = {
                str(uid): Seat(tuple(map(str, seat["names"])), *(str(seat[name]) for name in _SEAT_TEXTS))
                for uid, seat in table["agents"].items()
            }
            return cls(str(table["desk"]), str(table["purpose"]), str(table["salt"]), seats)
        except (KeyError, TypeError, AttributeError) as error:
            raise Unreadable(_("The keys are damaged.")) from error

    def to_bytes(self) -> bytes:
        """The ring as JSON."""
        return json.dumps(self.to_table(), indent=1).encode("ascii")

    def to_table(self) -> dict[str, Any]:
        """The ring as a JSON object."""
        agents = {
            uid: {"names": list(seat.names), **{name: getattr(seat, name) for name in _SEAT_TEXTS}}
            for uid, seat in sorted(self.seats.items())
        }
        return {
            "format": FORMAT, "desk": self.desk, "purpose": self.purpose, "salt": self.salt, "agents": agents,
        }  # fmt: skip

    def open(self, login: str, password: str) -> Opened:
        """Whose seat opens with this login and password, and the secret; slow on purpose.

        An unknown login takes as long as a wrong password.

        Raises:
            Unreadable: neither tells which of them is wrong.
        """
        found = self.seats_of(login)
        if not found:
            try_in_vain(password, self._usual_cost())
        for uid in found:
            seat = self.seats[uid]
            try:
                private = unwrapped(seat.wrapped, uid, seat.public, password)
                return Opened(uid, unseal_with(private, to_bytes(seat.sealed), self._name(uid)))
            except Unreadable:
                continue
        raise Unreadable(_("Login and password open nothing here."))

    def seats_of(self, login: str) -> tuple[str, ...]:
        """The ids of the agents with this login; two replicas may each have made one."""
        name = self._hidden(login)
        return tuple(uid for uid, seat in sorted(self.seats.items()) if name in seat.names)

    def is_of(self, secret: bytes) -> bool:
        """Whether this is a ring of this secret: somebody who knew it made one of its seats."""
        return any(
            hmac.compare_digest(seat.mark, self._mark(secret, uid, seat)) for uid, seat in self.seats.items()
        )

    def following(
        self, secret: bytes, holders: Iterable[KeyHolder], *, keep: Collection[str] = frozenset()
    ) -> Self:
        """The ring with a seat for exactly these agents; itself when nothing is to be changed.

        A seat that differs from its holder, or that somebody without the secret has written on, is made anew.

        Args:
            keep: ids of agents whose seats stay as they are, though they are no holders.
        """
        seats = {uid: seat for uid, seat in self.seats.items() if uid in keep}
        for holder in holders:
            kept = self.seats.get(holder.uid)
            names = tuple(dict.fromkeys(self._hidden(name) for name in holder.names if name))
            is_good = (
                kept is not None
                and (kept.names, kept.public, kept.wrapped) == (names, holder.public_key, holder.wrapped_key)
                and hmac.compare_digest(kept.mark, self._mark(secret, holder.uid, kept))
            )
            seats[holder.uid] = kept if kept is not None and is_good else self._seat(secret, holder, names)
        return self if seats == dict(self.seats) else replace(self, seats=seats)

    def _seat(self, secret: bytes, holder: KeyHolder, names: tuple[str, ...]) -> Seat:
        sealed = to_text(seal_to(to_bytes(holder.public_key), secret, self._name(holder.uid)))
        seat = Seat(names, holder.public_key, holder.wrapped_key, sealed, "")
        return replace(seat, mark=self._mark(secret, holder.uid, seat))

    def _mark(self, secret: bytes, uid: str, seat: Seat) -> str:
        words = "\n".join([self._name(uid), *seat.names, seat.public, seat.wrapped, seat.sealed])
        return to_text(hmac.digest(derived(secret, "marks of seats"), words.encode(), "sha256"))

    def _name(self, uid: str) -> str:
        return f"{self.purpose} key of desk {self.desk} for agent {uid}"

    def _hidden(self, login: str) -> str:
        name = f"{self.salt} {login.strip().casefold()}".encode("utf-8", "replace")
        return to_text(hashlib.sha256(name).digest()[:_NAME_BYTES])

    def _usual_cost(self) -> Cost:
        return next((cost_of(seat.wrapped) for seat in self.seats.values()), Cost())


_SEAT_TEXTS: Final = ("public", "wrapped", "sealed", "mark")
