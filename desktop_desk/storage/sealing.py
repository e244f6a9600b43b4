"""Sealing: bytes that only the holder of a key can read, and that nobody changes unseen."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop_desk.domain.errors import Unreadable
from desktop_desk.i18n import _

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
PUBLIC_BYTES: Final = 32


class Sealer:
    """Seals with one key (AES-256-GCM); each sealed text carries its own nonce in front."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._cipher = AESGCM(key)

    def seal(self, body: bytes, name: str) -> bytes:
        """The body so that only who has the key can read it, and only under this name."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, body, name.encode())

    def unseal(self, sealed: bytes, name: str) -> bytes:
        """The body again; Unreadable when it was changed, or sealed under another key or name."""
        nonce, kept = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, kept, name.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable(_("Sealed data was changed, or is sealed with another key.")) from error


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose made of another; 32 bytes that tell nothing of the first."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"desktop desk {purpose}".encode()).derive(key)


def new_pair() -> tuple[bytes, bytes]:
    """A new private key and its public half, 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal_to(public: bytes, body: bytes, name: str) -> bytes:
    """The body so that only the holder of the private half can read it, and only under this name.

    Raises:
        Unreadable: `public` is no public key.
    """
    try:
        theirs = X25519PublicKey.from_public_bytes(public)
        ephemeral = X25519PrivateKey.generate()
        shared = ephemeral.exchange(theirs)
    except ValueError as error:
        raise Unreadable(_("A public key is damaged.")) from error
    once = ephemeral.public_key().public_bytes_raw()
    return once + Sealer(_agreed(shared, once, public)).seal(body, name)


def unseal_with(private: bytes, sealed: bytes, name: str) -> bytes:
    """What was sealed to the public half of this key; Unreadable when it was changed or is another's."""
    once, kept = sealed[:PUBLIC_BYTES], sealed[PUBLIC_BYTES:]
    try:
        mine = X25519PrivateKey.from_private_bytes(private)
        shared = mine.exchange(X25519PublicKey.from_public_bytes(once))
    except ValueError as error:
        raise Unreadable(_("Sealed data was changed, or is sealed with another key.")) from error
    return Sealer(_agreed(shared, once, mine.public_key().public_bytes_raw())).unseal(kept, name)


def _agreed(shared: bytes, once: bytes, public: bytes) -> bytes:
    """The key that both ends of an exchange come to; it depends on both public keys."""
    return HKDF(SHA256(), KEY_BYTES, salt=once + public, info=b"desktop desk seal to agent").derive(shared)
