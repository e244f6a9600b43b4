"""The request form behind its server: it listens where it was told to, and ends when told to."""

import http.client
import random
import socket
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BytesIO
from pathlib import Path

import pytest

from desktop_desk.channels.web_guard import Signer
from desktop_desk.channels.web_server import OFFICE, THREADS, FormServer
from desktop_desk.desk.request_form import RequestForm
from desktop_desk.desk.requests import Requests
from desktop_desk.desk.views import Attachment
from desktop_desk.domain.errors import Invalid
from tests.builders import ADesk
from tests.encrypted import AnEncryptedDesk
from tests.fakes import FixedClock

SIZE = 24_000_000
"""Bytes of a file that no machine's buffers hold."""


@pytest.fixture
def server(office: ADesk) -> Iterator[FormServer]:
    made = FormServer(office.front.requests(), office.clock, office.front.close_thread, port=0)
    made.start()
    yield made
    made.stop()


def read(address: str) -> str:
    return answered(address)[1]


def answered(address: str) -> tuple[str, str]:
    """Headers and body of a page."""
    line = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"), timeout=20)
    try:
        line.request("GET", "/")
        answer = line.getresponse()
        return str(answer.headers), answer.read().decode()
    finally:
        line.close()


def test_it_answers_at_the_address_it_names(server: FormServer) -> None:
    (address,) = server.addresses
    assert address == f"http://127.0.0.1:{server.port}/"
    assert "Send a request" in read(address)
    assert "waitress" not in answered(address)[0].lower()


def test_nobody_else_is_let_on_its_port(office: ADesk, server: FormServer) -> None:
    with pytest.raises(Invalid) as caught:
        FormServer(office.front.requests(), office.clock, office.front.close_thread, port=server.port)
    assert caught.value.field == "port"
    assert str(server.port) in caught.value.reason
    assert caught.value.advice


@pytest.mark.parametrize(
    ("host", "port", "field"),
    [("198.51.100.7", 0, "host"), ("nowhere", 0, "host"), ("127.0.0.1", 70000, "port")],
)
def test_a_place_where_it_cannot_listen_is_named(office: ADesk, host: str, port: int, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        FormServer(office.front.requests(), office.clock, office.front.close_thread, host=host, port=port)
    assert caught.value.field == field


def test_after_its_end_the_port_is_free_and_no_thread_is_left(office: ADesk) -> None:
    for _turn in range(3):
        made = FormServer(office.front.requests(), office.clock, office.front.close_thread, port=0)
        made.start()
        read(made.addresses[0])
        made.stop()
        with pytest.raises(ConnectionRefusedError):
            read(made.addresses[0])
        assert not [each for each in threading.enumerate() if each.name.startswith("request form")]
        again = FormServer(office.front.requests(), office.clock, office.front.close_thread, port=made.port)
        again.start()
        again.stop()


def test_it_may_be_ended_once_more_after_its_end(office: ADesk) -> None:
    made = FormServer(office.front.requests(), office.clock, office.front.close_thread, port=0)
    made.start()
    made.stop()
    made.stop()


def test_for_the_office_it_names_an_address_that_others_reach(office: ADesk) -> None:
    made = FormServer(office.front.requests(), office.clock, office.front.close_thread, host=OFFICE, port=0)
    made.start()
    try:
        assert made.addresses
        assert not [each for each in made.addresses if OFFICE in each]
        assert "Send a request" in read(f"http://127.0.0.1:{made.port}/")
    finally:
        made.stop()


def test_a_body_beyond_all_limits_is_cut_off_unread(server: FormServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999999\r\n\r\nx")
        assert b"413" in line.recv(1000)


def test_headers_of_a_megabyte_are_refused(server: FormServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000_000)
        assert line.recv(1000).split()[1] in {b"400", b"431"}


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no second visitor on one machine")
def test_who_opens_many_connections_and_says_little_keeps_nobody_else_out(server: FormServer) -> None:
    with ExitStack() as lines:
        for _n in range(250):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            with suppress(OSError):
                line.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50000\r\n\r\n")
        other = http.client.HTTPConnection(
            "127.0.0.1", server.port, timeout=20, source_address=("127.0.0.2", 0)
        )
        other.request("GET", "/")
        assert other.getresponse().status == 200
        other.close()


def test_a_form_that_breaks_off_makes_no_ticket(office: ADesk, server: FormServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\nsubject=VPN")
    assert "Send a request" in read(server.addresses[0])
    assert office.john.counters().total == 0


def test_nothing_that_is_sent_to_an_encrypted_desk_lies_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(kept))
    opened: list[str] = []
    monkeypatch.setattr("waitress.buffers.TempfileBasedBuffer.newfile", lambda _self: opened.append("file"))
    desk = AnEncryptedDesk(tmp_path / "front.desk")
    made = FormServer(desk.front.requests(), desk.clock, desk.front.close_thread, port=0, in_memory=True)
    made.start()
    try:
        line = http.client.HTTPConnection("127.0.0.1", made.port, timeout=20)
        body = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n' + b"x" * 3_000_000
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        line.request("POST", "/", body + b"\r\n--b--\r\n", headers)
        assert line.getresponse().status == 403
        line.close()
        assert opened == []
        assert list(kept.iterdir()) == []
    finally:
        made.stop()
        desk.close()


def file_of(requests: Requests) -> tuple[str, str]:
    """The address of a file that is larger than any machine's buffers, and the cookie that opens it."""
    sealed = Attachment(random.Random(1).randbytes(SIZE), "plan.bin")
    form = RequestForm("Plan", "Here it is.", email="ken@example.org")
    number = requests.open_request(form, "t1", (sealed,))
    ticket = requests.admit(number, "ken@example.org")
    assert ticket is not None
    (file,) = requests.status(ticket).lines[0].files
    given = Signer(requests.signing_key(), FixedClock()).new_pass(number, ticket)
    return f"/request/{number}/file/{file.uid}", f"pass={given}"


@contextmanager
def asked_for(port: int, path: str, cookie: str) -> Generator[socket.socket]:
    """A visitor who has asked for a file, and takes little at once."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(20)
        line.connect(("127.0.0.1", port))
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
        yield line


def test_nothing_that_an_encrypted_desk_gives_lies_on_the_disk_however_slowly_it_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = threading.Event()
    monkeypatch.setattr(
        "waitress.buffers.TempfileBasedBuffer.newfile", lambda _self: opened.set() or BytesIO()
    )
    desk = AnEncryptedDesk(tmp_path / "front.desk")
    made = FormServer(desk.front.requests(), desk.clock, desk.front.close_thread, port=0, in_memory=True)
    made.start()
    try:
        with asked_for(made.port, *file_of(desk.front.requests())) as line:
            taken = 0
            while taken < SIZE:
                taken += len(line.recv(65536))
        assert not opened.is_set()
    finally:
        made.stop()
        desk.close()


def test_who_takes_files_slowly_keeps_nobody_else_waiting(office: ADesk, server: FormServer) -> None:
    path, cookie = file_of(office.front.requests())
    with ExitStack() as slow:
        for _n in range(THREADS + 1):
            line = slow.enter_context(asked_for(server.port, path, cookie))
            assert line.recv(12) == b"HTTP/1.1 200"
        assert "Send a request" in read(server.addresses[0])
