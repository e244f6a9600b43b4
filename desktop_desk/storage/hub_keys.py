"""The key of an encrypted desk's hubs: kept in the desk, and at the hub sealed to each of its agents.

A hub gets a new key in place: first the ring of the new key, and the old key sealed with it, then everything else
under the new key, one name after the other. Until that is done, whoever has the new key reads both.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.ports import Store
from desktop_desk.domain.errors import AccessDenied, AnotherHubKey, Unreadable
from desktop_desk.i18n import _
from desktop_desk.storage.desk_lock import key_holders
from desktop_desk.storage.keys import KeyHolder, KeyRing
from desktop_desk.storage.sealing import KEY_BYTES, Sealer

_NOTE: Final = "hub_key"
_BEFORE: Final = "hub_key_before"
"""The note with the key that some things at the hub are still sealed with."""
_RETIRED: Final = "hub_keys_retired"
"""The note with all keys that were replaced: none of them is ever taken back."""
_CHANGING: Final = "hub_key_changing"
"""The note of the copy that is to give its hub a new key: WANTED, or BEGUN and not everything is done yet."""
_WANTED: Final = "wanted"
_BEGUN: Final = "begun"
_PURPOSE: Final = "hub"
_KEYS, _OLD_KEY = "keys", "before"
"""What lies on the shelf "about": the ring, and while the key changes the old one, sealed with the new."""


class BothKeys(Sealer):
    """Seals with a hub's new key, and opens also what is still sealed with the old one."""

    def __init__(self, key: bytes, before: bytes) -> None:
        super().__init__(key)
        self._before = Sealer(before)

    def unseal(self, sealed: bytes, name: str) -> bytes:
        """The body again; Unreadable when it was changed, or is sealed with a third key."""
        try:
            return super().unseal(sealed, name)
        except Unreadable:
            return self._before.unseal(sealed, name)


def made_hub_key(store: Store) -> None:
    """Give an encrypted desk a key for its hubs, if it has none."""
    if not store.log.note(_NOTE):
        store.log.keep_note(_NOTE, secrets.token_hex(KEY_BYTES))


def new_hub_key(store: Store) -> None:
    """Give an encrypted desk another key for the hubs that it makes from now on: who left keeps only the old one."""
    with store.writing():
        _retire(store)
        store.log.keep_note(_NOTE, secrets.token_hex(KEY_BYTES))


def has_hub_key(store: Store) -> bool:
    """Whether the hubs of this desk are sealed."""
    return bool(store.log.note(_NOTE))


Followed = Literal["", "taken over", "set back"]


def follow_hub_key(store: Store, hub: Hub, login: str = "", password: str = "") -> Followed:
    """Take over the key of a hub that was given another one, by an agent's password; tells what there was to do.

    A hub that was set back to a key of before gets the present one again. What lies there sealed with that of before
    is not believed any more: it is laid again by those who know its contents.

    Raises:
        AnotherHubKey: the hub has another key, and login and password do not open it.
    """
    kept, body = store.log.note(_NOTE), hub.read("about", _KEYS)
    if not kept or body is None:
        return ""
    try:
        ring = KeyRing.from_bytes(body)
        if ring.is_of(bytes.fromhex(kept)):
            _follow_change(store, hub)
            return ""
        if _is_retired(store, ring):
            if store.log.note(_CHANGING) == _BEGUN:
                begin_new_hub_key(store, hub)
                return ""
            _lay_ring(store, hub)
            return "set back"
        found = ring.open(login, password).secret.hex()
    except Unreadable as error:
        raise _another_key() from error
    with store.writing():
        _retire(store)
        store.log.keep_note(_NOTE, found)
        # Somebody else was quicker; where it is wanted all the same, it is done once more.
        store.log.keep_note(_CHANGING, _WANTED if store.log.note(_CHANGING) == _WANTED else "")
    _follow_change(store, hub)
    return "taken over"


def want_new_hub_key(store: Store) -> None:
    """Have the next sync give the hub a new key."""
    if store.log.note(_NOTE) and not store.log.note(_CHANGING):
        store.log.keep_note(_CHANGING, _WANTED)


def is_new_hub_key_wanted(store: Store) -> bool:
    """Whether this copy is to give its hub a new key, or has begun to."""
    return bool(store.log.note(_CHANGING))


def begin_new_hub_key(store: Store, hub: Hub) -> tuple[Sealer, Sealer]:
    """Give a hub a new key, from which moment on nobody comes in with the old one; goes on where it was stopped.

    Gives the old key's sealer and the new one's.
    """
    if store.log.note(_CHANGING) != _BEGUN:
        with store.writing():
            _retire(store)
            store.log.keep_note(_BEFORE, store.log.note(_NOTE))
            store.log.keep_note(_NOTE, secrets.token_hex(KEY_BYTES))
            store.log.keep_note(_CHANGING, _BEGUN)
    secret, old = bytes.fromhex(store.log.note(_NOTE)), bytes.fromhex(store.log.note(_BEFORE))
    # The old key first: whoever finds the new ring can read everything.
    hub.write("about", _OLD_KEY, Sealer(secret).seal(old, f"about/{_OLD_KEY}"))
    _lay_ring(store, hub)
    return Sealer(old), Sealer(secret)


def end_new_hub_key(store: Store, hub: Hub) -> None:
    """Everything at the hub is sealed with the new key: the old one opens nothing any more."""
    hub.remove("about", _OLD_KEY)
    with store.writing():
        store.log.keep_note(_BEFORE, "")
        store.log.keep_note(_CHANGING, "")


def old_sealers(store: Store) -> tuple[Sequence[Sealer], Sealer]:
    """What opens things sealed with a key of before, the newest first; and what seals now."""
    old = [key for key in reversed(store.log.note(_RETIRED).split()) if key]
    return [Sealer(bytes.fromhex(key)) for key in old], Sealer(bytes.fromhex(store.log.note(_NOTE)))


def hub_sealer(store: Store) -> Sealer | None:
    """What the desk seals everything at its hubs with; None for one whose hubs are open."""
    kept, before = store.log.note(_NOTE), store.log.note(_BEFORE)
    if not kept:
        return None
    return BothKeys(bytes.fromhex(kept), bytes.fromhex(before)) if before else Sealer(bytes.fromhex(kept))


def lay_hub_keys(store: Store, hub: Hub) -> None:
    """Let exactly the desk's active agents open the hub with their passwords, as they are now.

    Raises:
        AnotherHubKey: somebody has given the hub another key meanwhile.
    """
    kept = store.log.note(_NOTE)
    if not kept:
        return
    secret = bytes.fromhex(kept)
    desk, holders = _holders(store)
    before = hub.read("about", _KEYS)
    ring: KeyRing | None = None
    if before is not None:
        try:
            ring = KeyRing.from_bytes(before)
        except Unreadable:
            ring = None  # torn: whoever has the key makes a new one
        if ring is not None and not ring.is_of(secret):
            if ring.desk == desk and not _is_retired(store, ring):
                raise _another_key()
            ring = None
    if ring is None:
        ring = KeyRing.new(desk, _PURPOSE, secret, holders)
    ring = ring.following(secret, holders)
    body = ring.to_bytes()
    if body != before:
        hub.write("about", _KEYS, body)


def _lay_ring(store: Store, hub: Hub) -> None:
    """Lay the present key for the agents as they are now."""
    desk, holders = _holders(store)
    ring = KeyRing.new(desk, _PURPOSE, bytes.fromhex(store.log.note(_NOTE)), holders)
    hub.write("about", _KEYS, ring.to_bytes())


def _follow_change(store: Store, hub: Hub) -> None:
    """Know the old key for as long as some things at the hub are sealed with it."""
    if store.log.note(_CHANGING) == _BEGUN:
        return
    old = _old_key_at(hub, bytes.fromhex(store.log.note(_NOTE)))
    told = "" if old is None else old.hex()
    if told != store.log.note(_BEFORE):
        store.log.keep_note(_BEFORE, told)


def _retire(store: Store) -> None:
    kept, retired = store.log.note(_NOTE), store.log.note(_RETIRED).split()
    if kept and kept not in retired:
        store.log.keep_note(_RETIRED, " ".join([*retired, kept]))


def _is_retired(store: Store, ring: KeyRing) -> bool:
    """Whether a ring is of a key of before."""
    return any(ring.is_of(bytes.fromhex(key)) for key in store.log.note(_RETIRED).split())


def _holders(store: Store) -> tuple[str, Iterable[KeyHolder]]:
    with store.reading():
        directory = store.directory()
    return directory.settings.uid, list(key_holders(directory))


def _another_key() -> AnotherHubKey:
    return AnotherHubKey(
        _("Access denied: this hub has another key than this copy of the desk."),
        _("Somebody has given it a new one. Give your password once: “Copies of this desk”, or “sync”."),
    )


@dataclass(frozen=True, slots=True)
class HubKey:
    """What opens an encrypted hub to an agent who comes to it for the first time; `before`: while its key changes."""

    secret: bytes
    before: bytes | None

    @property
    def sealer(self) -> Sealer:
        """What opens everything there."""
        return Sealer(self.secret) if self.before is None else BothKeys(self.secret, self.before)

    def notes(self) -> Mapping[str, str]:
        """The notes of a new copy that comes from there, whatever those of the desk say that it is made from."""
        before = "" if self.before is None else self.before.hex()
        return {_NOTE: self.secret.hex(), _BEFORE: before, _CHANGING: ""}


def opened_hub(hub: Hub, login: str, password: str) -> HubKey:
    """The key of an encrypted hub for an agent; AccessDenied for whoever may not."""
    body = hub.read("about", _KEYS)
    try:
        secret = KeyRing.from_bytes(body or b"").open(login, password).secret
    except Unreadable as error:
        raise AccessDenied(_("Access denied")) from error
    return HubKey(secret, _old_key_at(hub, secret))


def _old_key_at(hub: Hub, secret: bytes) -> bytes | None:
    """The old key that lies at a hub while its key changes; None when none does, or it has not come whole."""
    body = hub.read("about", _OLD_KEY)
    try:
        return None if body is None else Sealer(secret).unseal(body, f"about/{_OLD_KEY}")
    except Unreadable:
        return None
