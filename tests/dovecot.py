"""A real IMAP server for tests: Dovecot, private, on 127.0.0.1; skipped where it is not installed."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PASSWORD = "plugh-1041-xyzzy"

CONF = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {plain}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


TOKENS = """
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/tokens.conf
}}
"""
"""Lets it ask a sign-in server whether a token holds."""


@dataclass
class ImapServer:
    """A running server: its ports, its certificate, and the folder of its one mailbox."""

    folder: Path
    plain: int
    tls: int
    user: str

    @property
    def certificate(self) -> Path:
        """Which the tests trust."""
        return self.folder / "cert.pem"

    def deliver(self, raw: bytes, name: str, days_ago: int = 0) -> None:
        """Put a mail into the inbox, received so long ago."""
        path = self.folder / "mail" / "new" / name
        path.write_bytes(raw)
        then = time.time() - days_ago * 86_400
        os.utime(path, (then, then))
        shutil.chown(path, self.user)


@contextmanager
def imap_server(introspect: str = "", more: str = "") -> Generator[ImapServer]:
    """Start a server of its own; ends it afterwards.

    Args:
        introspect: the address of a sign-in server that says which tokens hold; "": it takes passwords only.
        more: further lines of its configuration.
    """
    program = shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")
    if program is None:
        pytest.skip("Dovecot is not installed")
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("dovecot") or names["nobody"]
    folder = Path(tempfile.mkdtemp(prefix="dd-imap-"))
    folder.chmod(0o755)
    import grp

    server = ImapServer(folder, _free_port(), _free_port(), entry.pw_name)
    (folder / "run").mkdir()
    for name in ("new", "cur", "tmp"):
        (folder / "mail" / name).mkdir(parents=True, exist_ok=True)
    for path in (folder / "mail", *(folder / "mail").iterdir()):
        shutil.chown(path, entry.pw_name)
    _certificate(folder)
    conf = folder / "dovecot.conf"
    conf.write_text(
        CONF.format(
            folder=folder, user=entry.pw_name, group=grp.getgrgid(entry.pw_gid).gr_name, plain=server.plain,
            tls=server.tls, password=PASSWORD,
        )
        + (accepting_tokens(folder, introspect) if introspect else "")
        + more
    )  # fmt: skip
    running = subprocess.Popen([program, "-F", "-c", str(conf)], stderr=subprocess.PIPE)
    try:
        _wait(server, running)
        yield server
    finally:
        running.terminate()
        running.wait(20)
        if running.stderr:
            running.stderr.close()
        shutil.rmtree(folder, ignore_errors=True)


def accepting_tokens(folder: Path, introspect: str) -> str:
    """The lines that let it take tokens; writes the file that they name."""
    (folder / "tokens.conf").write_text(
        f"introspection_mode = post\nintrospection_url = {introspect}\nusername_attribute = username\n"
        "active_attribute = active\nactive_value = true\nforce_introspection = yes\n"
    )
    return TOKENS.format(folder=folder)


def _wait(server: ImapServer, running: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", server.plain), 2) as line:
                if line.recv(4) == b"* OK":
                    return
        except OSError:
            pass
        log = server.folder / "log"
        if running.poll() is not None or time.monotonic() > end:
            said = running.stderr.read() if running.poll() is not None and running.stderr else b""
            raise RuntimeError(f"Dovecot does not start: {said!r} {log.read_text() if log.exists() else ''}")
        time.sleep(0.05)


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
