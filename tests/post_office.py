"""A real mail server on this computer, Debian's Exim: TLS and password for who sends, and mailboxes as Maildirs."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from tests.certificates import Authority

EXIM = shutil.which("exim4") or "/usr/sbin/exim4"
OFFICE, CALLER = "help@office.example", "ken@sales.example"
SECRET = "secret-of-the-mailbox"

_CONFIG = """
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
spool_directory = {folder}/spool
log_file_path = {folder}/log_%s
pid_file_path = {folder}/pid
exim_user = {user}
exim_group = {group}
deliver_drop_privilege
host_lookup =
rfc1413_hosts =
smtp_enforce_sync = false
keep_environment =
acl_smtp_rcpt = rcpt
acl_smtp_data = data
tls_advertise_hosts = *
tls_certificate = {certificate}
tls_privatekey = {key}
begin acl
rcpt:
  deny !authenticated = *
  accept domains = office.example : sales.example
  deny
data:
  accept
begin routers
here:
  driver = accept
  local_parts = help : ken
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {folder}/mail/$local_part_data
  maildir_format
  create_directory
  user = {user}
  group = {group}
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{{secret}}}}}
  server_set_id = $auth2
"""


class PostOffice:
    """The server; it can be stopped and started again, and keeps what it has."""

    def __init__(self, authority: Authority) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="post-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        certificate, key = (Path(shutil.copy(path, self.folder)) for path in authority.issued("localhost"))
        user, group = (
            ("Debian-exim", "Debian-exim") if os.geteuid() == 0 else (str(os.getuid()), str(os.getgid()))
        )
        for name in ("spool", "mail"):
            (self.folder / name).mkdir()
        config = _CONFIG.format(
            port=self.port,
            folder=self.folder,
            user=user,
            group=group,
            certificate=certificate,
            key=key,
            secret=SECRET,
        )
        (self.folder / "config").write_text(config, encoding="utf-8")
        if os.geteuid() == 0:
            for path in (self.folder, certificate, key, self.folder / "spool", self.folder / "mail"):
                shutil.chown(path, user, group)
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "PostOffice":
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Open; returns once somebody answers."""
        self._server = subprocess.Popen(
            [EXIM, "-C", str(self.folder / "config"), "-bdf", "-q1m"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if self._server.poll() is not None:
                raise RuntimeError(self._server.communicate()[1].decode())
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("Exim does not answer")

    def stop(self) -> None:
        """Close; what was delivered stays."""
        if self._server is not None:
            self._server.terminate()
            self._server.communicate(timeout=20)
            self._server = None

    def letters(self, who: str, count: int) -> list[Path]:
        """The mails in a mailbox, oldest first, once there are so many."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            found = sorted(
                (self.folder / "mail" / who / "new").glob("*"),
                key=lambda path: (path.stat().st_mtime, path.name),
            )
            if len(found) >= count:
                return found
            time.sleep(0.05)
        raise RuntimeError(
            f"{who} has no {count} mails: {[path.read_text() for path in self.folder.glob('log_*')]}"
        )
