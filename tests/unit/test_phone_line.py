"""The local end point of the phone line, asked as connectors ask it."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlencode, urlsplit

import pytest

from desktop_desk.channels import phone_line
from desktop_desk.channels.phone_events import FORM, Misunderstood, PhoneEvent, read_event, read_fields
from desktop_desk.channels.phone_line import LONGEST_BODY, MOST_AT_ONCE, PhoneLine, new_secret
from desktop_desk.domain.errors import StorageUnavailable


class Listening:
    """A line on a free port, with what it heard."""

    def __init__(self) -> None:
        self.heard: list[PhoneEvent] = []
        self.line = PhoneLine(self.heard.append, new_secret(), port=0)
        self.line.start()

    def ask(
        self, fields: object = (), *, method: str = "POST", path: str | None = None, **headers: str
    ) -> tuple[int, str]:
        """Status and body of the answer."""
        address = urlsplit(self.line.address)
        body = fields if isinstance(fields, str | bytes) else urlencode(fields)  # type: ignore[arg-type]
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=10)
        sent = {"Content-Type": FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection.request(method, path or address.path, body if method != "GET" else None, sent)
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        return answer.status, said


@pytest.fixture
def listening() -> Iterator[Listening]:
    made = Listening()
    yield made
    made.line.stop()


def test_a_call_is_told_from_ring_to_end(listening: Listening) -> None:
    ring = {
        "event": "newCall", "from": "+49 30 901820 11", "to": "+4930555", "direction": "in", "callId": "ab-1",
        "user[]": "jane",
    }  # fmt: skip
    assert listening.ask(ring) == (200, "{}")
    assert listening.ask([*ring.items(), ("user[]", "john"), ("queue", "Support")])[0] == 200
    assert listening.ask(ring | {"event": "answer", "answeringNumber": "12"})[0] == 200
    assert listening.ask({"event": "hangup", "callId": "ab-1", "cause": "normalClearing"})[0] == 200
    assert listening.heard == [
        PhoneEvent("ring", "+49 30 901820 11", "", "ab-1", "in", ("jane",), "+4930555"),
        PhoneEvent("ring", "+49 30 901820 11", "", "ab-1", "in", ("jane", "john"), "Support"),
        PhoneEvent("answer", "+49 30 901820 11", "", "ab-1", "in", ("jane", "12"), "+4930555"),
        PhoneEvent("end", "", "", "ab-1"),
    ]


def test_the_other_side_of_a_call_out_is_whom_it_goes_to(listening: Listening) -> None:
    fields = {"event": "newCall", "from": "12", "to": "+4930123", "direction": "out", "callId": "7"}
    assert listening.ask(fields)[0] == 200
    assert listening.heard == [PhoneEvent("ring", "+4930123", "", "7", "out")]


def test_a_form_may_come_in_the_address_as_well(listening: Listening) -> None:
    path = urlsplit(listening.line.address).path
    assert listening.ask(method="GET", path=f"{path}?event=newCall&from=%2B4930&callId=1&name=Ken")[0] == 200
    assert listening.heard == [PhoneEvent("ring", "+4930", "Ken", "1")]


PARTS = b"".join(
    b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % field
    for field in (
        (b"event", b"newCall"), (b"from", b"+4930901820"), (b"callId", b"7"), (b"user[]", "Jos\u00e9".encode()),
        (b"user[]", b"Bob"),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", PARTS.decode() + "--x--\r\n"),
        ("application/json", '{"event":"newCall","from":"+4930901820","callId":7,"user":["Jos\u00e9","Bob"]}'),
        ("Application/JSON; charset=utf-8",
         '{"event":"newCall","from":"+4930901820","callId":"7","user[]":["Jos\\u00e9","Bob"],"more":{"a":1}}'),
    ],
)  # fmt: skip
def test_parts_and_json_say_the_same_as_a_form(listening: Listening, kind: str, body: str) -> None:
    assert listening.ask(body.encode(), Content_Type=kind) == (200, "{}")
    assert listening.heard == [PhoneEvent("ring", "+4930901820", "", "7", "in", ("Jos\u00e9", "Bob"))]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"\xff\xfe\x00"),
        ("application/json", b"[" * 16_000),
        ("application/json", b'["event"]'),
        ("application/json", b'{"event":{"event":"newCall"},"from":"12"}'),
        ("application/json", b'{"event":"newCall","user":[' + b'"12",' * 99 + b'"12"]}'),
        ("multipart/form-data", PARTS),
        ("multipart/form-data; boundary=other", PARTS),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nnewCall\r\n--x--"),
    ],
)  # fmt: skip
def test_what_is_not_what_its_kind_says_is_misunderstood(kind: str, body: bytes) -> None:
    with pytest.raises(Misunderstood):
        read_event(read_fields(kind, body))


def test_who_says_little_for_long_keeps_no_call_from_coming_through(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone_line, "PATIENCE", 0.2)
    port = urlsplit(listening.line.address).port or 0
    stop = threading.Event()

    def drip(line: socket.socket) -> None:
        with line, suppress(OSError):
            while not stop.wait(0.02):
                line.sendall(b"G")

    for _n in range(MOST_AT_ONCE):
        line = socket.create_connection(("127.0.0.1", port), timeout=5)
        threading.Thread(target=drip, args=(line,), daemon=True).start()
    try:
        assert listening.ask({"event": "newCall", "from": "12", "callId": "1"})[0] == 200
    finally:
        stop.set()


def test_a_withheld_number_is_told_as_such_and_a_missed_call_by_its_cause() -> None:
    assert read_event({"event": ["newCall"], "callId": ["1"]}).number == "anonymous"
    assert read_event({"event": ["hangup"], "callId": ["1"], "cause": ["noAnswer"]}).unanswered
    assert not read_event({"event": ["hangup"], "callId": ["1"], "cause": ["normalClearing"]}).unanswered


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"event": "newCall"} | {"direction": "out"},
        {"event": "sneeze", "from": "12", "callId": "1"},
        {"event": "hangup"},
        {"event": "newCall", "from": "1" * 300},
    ],
)
def test_what_names_no_call_is_refused_with_the_reason(listening: Listening, fields: dict[str, str]) -> None:
    status, said = listening.ask(fields)
    assert status == 400
    assert "error" in said
    assert listening.heard == []


def test_nobody_without_the_secret_is_heard(listening: Listening) -> None:
    good = {"event": "newCall", "from": "12", "callId": "1"}
    path = urlsplit(listening.line.address).path
    for wrong in (
        "/",
        "/call/",
        "/call/wrong",
        path[:-1],
        path + "x",
        f"/x{path}",
    ):
        assert listening.ask(good, path=wrong)[0] == 404
    assert listening.ask(good, Host="desk.example")[0] == 403
    assert listening.heard == []
    assert len({new_secret() for _n in range(50)}) == 50
    assert len(new_secret()) == 24


def test_other_methods_kinds_and_sizes_are_refused(listening: Listening) -> None:
    good = {"event": "newCall", "from": "12", "callId": "1"}
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert listening.ask(good, method=method)[0] == 405
    assert listening.ask("event: newCall", Content_Type="text/plain")[0] == 415
    for length in ("-1", "", "9" * 5000, "0" * 13 + "99999999"):
        assert listening.ask(good, Content_Length=length)[0] in {411, 413}
    assert listening.ask("event=newCall&from=" + "1" * LONGEST_BODY)[0] == 413
    assert listening.ask("&".join(f"a{n}=1" for n in range(100)))[0] == 400
    path = urlsplit(listening.line.address).path
    assert listening.ask(method="GET", path=path + "?x=" + "1" * 70_000)[0] == 414
    assert listening.heard == []


def test_a_torn_or_foreign_request_ends_nothing(listening: Listening) -> None:
    port = urlsplit(listening.line.address).port
    for junk in (
        b"",
        b"\x16\x03\x01\x02\x00",
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nx",
    ):
        with socket.create_connection(("127.0.0.1", port or 0), timeout=5) as visit:
            visit.sendall(junk)
    assert listening.ask({"event": "newCall", "from": "12", "callId": "1"})[0] == 200


def test_many_at_once_are_all_heard(listening: Listening) -> None:
    def ring(number: int) -> None:
        listening.ask({"event": "newCall", "from": str(number), "callId": str(number)})

    callers = [threading.Thread(target=ring, args=(number,)) for number in range(20)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert {event.call_id for event in listening.heard} == set(map(str, range(20)))


def test_a_port_that_is_taken_is_told_and_a_line_that_is_off_hears_nothing(listening: Listening) -> None:
    port = urlsplit(listening.line.address).port or 0
    second = PhoneLine(listening.heard.append, "s", port=port)
    with pytest.raises(StorageUnavailable, match=str(port)):
        second.start()
    assert not second.on
    listening.line.stop()
    with pytest.raises(ConnectionError):
        listening.ask({"event": "newCall", "from": "12", "callId": "1"})
    second.start()
    assert second.on
    second.stop()


@pytest.mark.parametrize("value", ["", " ", "\n"])
def test_blank_fields_count_as_not_given(value: str) -> None:
    with pytest.raises(Misunderstood):
        read_event({"event": [value], "from": ["12"]})
