"""Serves the request form: on this computer alone, or to the office's network."""

import errno
import ipaddress
import logging
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, cast

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ThreadedTaskDispatcher

from desktop_desk.channels.web_guard import neighbourhood
from desktop_desk.channels.web_pages import LARGEST_BODY, make_app
from desktop_desk.desk.requests import Requests
from desktop_desk.domain.attachments import LARGEST
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.i18n import _

HERE: Final = "127.0.0.1"
OFFICE: Final = "0.0.0.0"  # noqa: S104  only where a person chose the office's network
PORT: Final = 8095
THREADS: Final = 4
LARGEST_TAKEN: Final = LARGEST_BODY + 4 * 1024 * 1024
"""Bytes; more is cut off before it is read. Up to LARGEST_BODY the form answers in its own words."""

MOST_CONNECTIONS: Final = 240
MOST_OF_ONE: Final = 16
"""Connections that one visitor may have open; browsers open six."""

MOST_AHEAD: Final = LARGEST + 1024 * 1024
"""Bytes of an answer that wait for their visitor: all, so that whoever takes a file slowly keeps no thread."""

HELD: Final = 512 * 1024
"""Bytes that are held in memory of what comes and of what goes."""

_IN_USE = {errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE)}
_NO_SUCH = {errno.EADDRNOTAVAIL, getattr(errno, "WSAEADDRNOTAVAIL", errno.EADDRNOTAVAIL)}


class FormServer:
    """The form of one desk, listening from the moment it is made; `run` answers until `stop`.

    Args:
        requests: what it does at the desk.
        clock: ms.
        end_thread: called in each thread that worked, at its end.
        host: the address to listen on.
        port: 0 for any that is free.
        in_memory: nothing that is sent or given may lie on the disk in the clear.

    Raises:
        Invalid: the port is taken, or the address is none of this computer.
        StorageUnavailable: the desk is a copy to look at.
    """

    def __init__(
        self, requests: Requests, clock: Callable[[], int], end_thread: Callable[[], None], *, host: str = HERE,
        port: int = PORT, in_memory: bool = False,
    ) -> None:  # fmt: skip
        if requests.look:
            raise StorageUnavailable(
                "read_only",
                _("This is a copy to look at; nothing can be sent to it."),
                _("Open the desk itself."),
            )
        self._host = host = HERE if host == "localhost" else host
        self._stopped = threading.Event()
        # A signal may ask for the end within it.
        self._ending = threading.RLock()
        self._ended = False
        self._thread: threading.Thread | None = None
        self._map: dict[int, Any] = {}
        taken = _listening(host, port)
        self._port = int(taken.getsockname()[1])
        try:
            app = make_app(requests, clock, hosts=_own_names(host))
            logging.getLogger("waitress.queue").setLevel(logging.ERROR)
            self._dispatcher = _Dispatcher(end_thread)
            self._dispatcher.set_thread_count(THREADS)
            self._server: Any = create_server(
                app, map=self._map, _dispatcher=self._dispatcher, sockets=[taken], threads=THREADS,
                max_request_body_size=LARGEST_TAKEN, channel_timeout=60, connection_limit=MOST_CONNECTIONS, ident="",
                clear_untrusted_proxy_headers=True, outbuf_high_watermark=MOST_AHEAD,
                # What is larger lies in a file without a name.
                inbuf_overflow=LARGEST_TAKEN if in_memory else HELD,
                outbuf_overflow=LARGEST_TAKEN if in_memory else HELD,
            )  # fmt: skip
            self._server.channel_class = _let_in
        except BaseException:
            taken.close()
            raise

    @property
    def host(self) -> str:
        """The address that it listens on."""
        return self._host

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    @property
    def addresses(self) -> tuple[str, ...]:
        """What people type into a browser, the one for others first."""
        if ipaddress.ip_address(self._host).is_unspecified:
            return tuple(f"http://{_in_url(host)}:{self._port}/" for host in _network_addresses())
        return (f"http://{_in_url(self._host)}:{self._port}/",)

    def run(self) -> None:
        """Answer until `stop` is called, from any thread or a signal."""
        try:
            while not self._stopped.is_set():
                wasyncore.loop(timeout=0.5, use_poll=sys.platform != "win32", map=self._map, count=1)
        finally:
            with self._ending:
                self._ended = True
            self._dispatcher.shutdown(cancel_pending=True, timeout=5)
            self._dispatcher.join()
            for channel in tuple(self._server.active_channels.values()):
                channel.handle_close()  # with the files that hold what was not taken yet
            wasyncore.close_all(self._map, ignore_all=True)

    def start(self) -> None:
        """Answer in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="request form")
        self._thread.start()

    def stop(self) -> None:
        """Listen no more; what is being answered is finished. Waits for the thread that `start` made."""
        self._stopped.set()
        with self._ending:
            if not self._ended:
                self._server.pull_trigger()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()


def _let_in(server: Any, line: socket.socket, address: tuple[Any, ...], *rest: Any, **more: Any) -> None:
    """Take a connection, unless its visitor has enough of them open: he would keep the others out."""
    visitor = neighbourhood(str(address[0]))
    has_open = [
        each for each in server.active_channels.values() if neighbourhood(str(each.addr[0])) == visitor
    ]
    if len(has_open) >= MOST_OF_ONE:
        line.close()
    else:
        HTTPChannel(server, line, address, *rest, **more)


class _Dispatcher(ThreadedTaskDispatcher):
    """Workers that close what they opened at the desk."""

    def __init__(self, end_thread: Callable[[], None]) -> None:
        super().__init__()
        self._end_thread = end_thread
        self._workers: list[threading.Thread] = []

    def start_new_thread(self, target: Callable[[int], object], thread_no: int) -> None:
        """Start a worker; one that gives somebody a file slowly does not keep the program from ending."""

        def work() -> None:
            try:
                target(thread_no)
            finally:
                self._end_thread()

        worker = threading.Thread(target=work, name=f"request form {thread_no}", daemon=True)
        self._workers.append(worker)
        worker.start()

    def join(self) -> None:
        """Wait until the workers have closed what they opened."""
        for worker in self._workers:
            worker.join(timeout=1)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; the reason in a sentence where it cannot."""
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        reason = _("“{host}” is no address of a computer.").format(host=host[:60])
        raise Invalid("host", reason, _("Use 127.0.0.1, or 0.0.0.0 for the office’s network.")) from None
    if not 0 <= port <= 65535:
        raise Invalid(
            "port", _("There is no port {port}.").format(port=port), _("Use one from 1024 to 65535.")
        )
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            made.setsockopt(socket.SOL_SOCKET, cast("int", getattr(socket, "SO_EXCLUSIVEADDRUSE")), 1)  # noqa: B009
        else:
            # Else the port would stay taken for a minute after each end.
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(64)
    except OSError as error:
        made.close()
        raise _not_listening(error, host, port) from error
    return made


def _not_listening(error: OSError, host: str, port: int) -> Invalid:
    if error.errno in _IN_USE:
        reason = _("Port {port} is taken by another program.").format(port=port)
        return Invalid("port", reason, _("Choose another port, or end that program."))
    if error.errno in _NO_SUCH:
        reason = _("{host} is no address of this computer.").format(host=host)
        return Invalid("host", reason, _("Use 127.0.0.1, or 0.0.0.0 for the office’s network."))
    reason = _("The form cannot listen on {host}, port {port}: {error}").format(
        host=host, port=port, error=error.strerror or error
    )
    return Invalid("port", reason, _("Choose a port from 1024 to 65535."))


def _own_names(host: str) -> tuple[str, ...]:
    """The names under which a form for this computer alone is asked for; none where others may know it by any."""
    return ("127.0.0.1", "localhost", "[::1]", "::1") if ipaddress.ip_address(host).is_loopback else ()


def _network_addresses() -> tuple[str, ...]:
    """The addresses by which the office's other computers reach this one, the likeliest first."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, suppress(OSError):
        # Nothing is sent: the system only says which of its addresses it would send from.
        asking.connect(("192.0.2.1", 9))
        found.append(str(asking.getsockname()[0]))
    with suppress(OSError):
        found += [str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    others = [each for each in dict.fromkeys(found) if not ipaddress.ip_address(each).is_loopback]
    return tuple(others or [HERE])


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
