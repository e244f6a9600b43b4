"""The key of an encrypted desk's hubs: kept in the desk, and at the hub sealed to each of its agents."""

import secrets

from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.ports import Store
from desktop_desk.domain.errors import AccessDenied, Unreadable
from desktop_desk.i18n import _
from desktop_desk.storage.desk_lock import key_holders
from desktop_desk.storage.keys import KeyRing
from desktop_desk.storage.sealing import KEY_BYTES, Sealer

_NOTE = "hub_key"
_PURPOSE = "hub"


def made_hub_key(store: Store) -> None:
    """Give an encrypted desk a key for its hubs, if it has none."""
    if not store.log.note(_NOTE):
        store.log.keep_note(_NOTE, secrets.token_hex(KEY_BYTES))


def new_hub_key(store: Store) -> None:
    """Give an encrypted desk another key for the hubs that it makes from now on: who left keeps only the old one."""
    store.log.keep_note(_NOTE, secrets.token_hex(KEY_BYTES))


def follow_hub_key(store: Store, hub: Hub, login: str = "", password: str = "") -> None:
    """Take over the key of a hub that was made with another one, by an agent's password.

    Raises:
        AccessDenied: the hub has another key, and login and password do not open it.
    """
    kept, body = store.log.note(_NOTE), hub.read("about", "keys")
    if not kept or body is None:
        return
    try:
        ring = KeyRing.from_bytes(body)
        if not ring.is_of(bytes.fromhex(kept)):
            store.log.keep_note(_NOTE, ring.open(login, password).secret.hex())
    except Unreadable as error:
        raise AccessDenied(
            _("Access denied: this hub has another key than the desk."),
            _("Sync with it once by “sync HUB”, with a password that is valid there."),
        ) from error


def hub_sealer(store: Store) -> Sealer | None:
    """What the desk seals everything at its hubs with; None for one whose hubs are open."""
    kept = store.log.note(_NOTE)
    return Sealer(bytes.fromhex(kept)) if kept else None


def lay_hub_keys(store: Store, hub: Hub) -> None:
    """Let exactly the desk's active agents open the hub with their passwords, as they are now."""
    kept = store.log.note(_NOTE)
    if not kept:
        return
    secret = bytes.fromhex(kept)
    with store.reading():
        directory = store.directory()
    holders = list(key_holders(directory))
    before = hub.read("about", "keys")
    ring: KeyRing | None = None
    if before is not None:
        try:
            found = KeyRing.from_bytes(before)
            ring = found if found.is_of(secret) else None
        except Unreadable:
            ring = None  # torn or somebody else's: whoever has the key makes a new one
    if ring is None:
        ring = KeyRing.new(directory.settings.uid, _PURPOSE, secret, holders)
    ring = ring.following(secret, holders)
    body = ring.to_bytes()
    if body != before:
        hub.write("about", "keys", body)


def opened_hub(hub: Hub, login: str, password: str) -> Sealer:
    """What opens an encrypted hub to an agent; AccessDenied for whoever may not."""
    body = hub.read("about", "keys")
    try:
        return Sealer(KeyRing.from_bytes(body or b"").open(login, password).secret)
    except Unreadable as error:
        raise AccessDenied(_("Access denied")) from error
