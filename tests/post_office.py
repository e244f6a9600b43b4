"""Real mail servers on this computer: Exim takes letters, Dovecot gives them out; TLS and password for both."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from tests.certificates import Authority
from tests.dovecot import CONF, accepting_tokens
from tests.sign_in_server import SignInServer

EXIM = shutil.which("exim4") or "/usr/sbin/exim4"
DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
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
helo_lookup_domains =
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


_TOKENS = """
xoauth2:
  driver = plaintext
  public_name = XOAUTH2
  server_prompts = :
  server_condition = ${{if match{{$auth1}}{{\\N^user={user}\\x01auth=Bearer ([-a-z0-9]+)\\x01\\x01$\\N}}\
    {{${{lookup{{$1}}lsearch{{{tokens}}}{{yes}}{{no}}}}}}{{no}}}}
"""
_BOXES = "mail_location = maildir:{folder}/mail/%n\n"


def lacking() -> str:
    """Which of the servers this machine lacks; "" when both are here."""
    names = {"Exim (exim4-daemon-light)": EXIM, "Dovecot (dovecot-imapd)": DOVECOT}
    return " and ".join(name for name, program in names.items() if not Path(program).exists())


class PostOffice:
    """Both servers; each can be stopped and started again, and keeps what it has.

    Attributes:
        port, imap_port: where letters are taken (STARTTLS), and where they are given out (TLS).

    Args:
        tokens: a server whose tokens are taken as well as the password.
    """

    def __init__(self, authority: Authority, tokens: SignInServer | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="post-"))
        self.folder.chmod(0o755)
        self.port, self.imap_port, unused = _free_ports(3)
        certificate, key = (self.folder / name for name in ("cert.pem", "key.pem"))
        for path, target in zip(authority.issued("localhost"), (certificate, key), strict=True):
            shutil.copy(path, target)
        me = "Debian-exim" if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        group = grp.getgrgid(pwd.getpwnam(me).pw_gid).gr_name
        for name in ("spool", "mail", "run"):
            (self.folder / name).mkdir()
        config = _CONFIG.format(
            port=self.port,
            folder=self.folder,
            user=me,
            group=group,
            certificate=certificate,
            key=key,
            secret=SECRET,
        )
        if tokens is not None:
            tokens.file = self.folder / "tokens"
            tokens.file.touch()
            config += _TOKENS.format(user=tokens.user, tokens=tokens.file)
        (self.folder / "config").write_text(config, encoding="utf-8")
        boxes = CONF.format(
            folder=self.folder, user=me, group=group, plain=unused, tls=self.imap_port, password=SECRET
        ) + _BOXES.format(folder=self.folder)
        if tokens is not None:
            boxes += accepting_tokens(self.folder, f"{tokens.url}/introspect")
        (self.folder / "dovecot.conf").write_text(boxes, encoding="utf-8")
        if os.geteuid() == 0:
            for path in (self.folder, certificate, key, self.folder / "spool", self.folder / "mail"):
                shutil.chown(path, me, group)
        self._taking: subprocess.Popen[bytes] | None = None
        self._giving: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "PostOffice":
        self.open()
        self.open_boxes()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()
        self.close_boxes()
        shutil.rmtree(self.folder, ignore_errors=True)

    def open(self) -> None:
        """Take letters; returns once somebody answers."""
        self._taking = _answering([EXIM, "-C", str(self.folder / "config"), "-bdf", "-q1m"], self.port)

    def open_boxes(self) -> None:
        """Give letters out; returns once somebody answers."""
        self._giving = _answering([DOVECOT, "-F", "-c", str(self.folder / "dovecot.conf")], self.imap_port)

    def close(self) -> None:
        """Take none; what was taken stays."""
        _ended(self._taking)
        self._taking = None

    def close_boxes(self) -> None:
        """Give none out; what lies in the mailboxes stays."""
        _ended(self._giving)
        self._giving = None

    def letters(self, who: str, count: int) -> list[bytes]:
        """The letters in a mailbox, oldest first, once there are so many; given out by IMAP."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            found = self._given_out(who)
            if len(found) >= count:
                return found
            time.sleep(0.05)
        raise RuntimeError(
            f"{who} has no {count} mails: {[path.read_text() for path in self.folder.glob('log*')]}"
        )

    def _given_out(self, who: str) -> list[bytes]:
        with imaplib.IMAP4_SSL("localhost", self.imap_port, ssl_context=ssl.create_default_context()) as line:
            line.login(who, SECRET)
            line.select("INBOX", readonly=True)
            _answer, (numbers,) = line.search(None, "ALL")
            return [self._letter(line, number.decode()) for number in numbers.split()]

    def _letter(self, line: imaplib.IMAP4_SSL, number: str) -> bytes:
        _answer, parts = line.fetch(number, "(BODY.PEEK[])")
        (raw,) = [part[1] for part in parts if isinstance(part, tuple)]
        return bytes(raw)


def _free_ports(count: int) -> list[int]:
    """Ports that nobody has, each another one."""
    listeners = [socket.socket() for _each in range(count)]
    for listener in listeners:
        listener.bind(("127.0.0.1", 0))
    ports = [int(listener.getsockname()[1]) for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def _answering(command: list[str], port: int) -> "subprocess.Popen[bytes]":
    """A server that was started and answers."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(server.communicate()[1].decode())
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return server
    _ended(server)
    raise RuntimeError(f"{command[0]} does not answer")


def _ended(server: "subprocess.Popen[bytes] | None") -> None:
    if server is not None:
        server.terminate()
        server.communicate(timeout=20)
