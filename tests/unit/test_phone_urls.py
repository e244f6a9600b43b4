"""Calls that come as a URL."""

import pytest

from desktop_desk.cli.app import run
from desktop_desk.cli.launch import read_launch
from desktop_desk.cli.phone_urls import read_call_url


@pytest.mark.parametrize(
    ("url", "number", "name", "event", "call_id", "direction"),
    [
        ("desktop-desk:call?from=%2B4930123", "+4930123", None, None, None, None),
        ("desktop-desk:call?from=+49 30 123", "+49 30 123", None, None, None, None),
        ("desktop-desk://call/?number=12&event=ring&id=7", "12", None, "ring", "7", None),
        ("DESKTOP-DESK:CALL?From=12&Event=newCall&callId=7", "12", None, "ring", "7", None),
        ("desktop-desk:call?from=12&event=hangup", "12", None, "end", None, None),
        ("desktop-desk:call?from=anonymous&name=K%C3%B6n%20Lee", "anonymous", "Kön Lee", None, None, None),
        ("desktop-desk:call?from=12&to=+4930&direction=out", "+4930", None, None, None, "out"),
        ("tel:+49-30-123;ext=4", "+49-30-123;ext=4", None, None, None, "out"),
        ("tel:%2B49%2030%20123", "+49 30 123", None, None, None, "out"),
        ("TEL://+4930123/", "+4930123", None, None, None, "out"),
        ("tel:901820;phone-context=+4930", "tel:901820;phone-context=+4930", None, None, None, "out"),
    ],
)  # fmt: skip
def test_a_url_says_who_calls(
    url: str, number: str, name: str | None, event: str | None, call_id: str | None, direction: str | None
) -> None:
    found = read_launch([url], {})
    assert found is not None
    assert (found.what, found.number, found.name) == ("call", number, name)
    assert (found.event, found.call_id, found.direction) == (event, call_id, direction)
    assert found.request({})["direction"] == direction


def test_a_link_that_is_given_to_the_command_says_all_that_it_says_alone() -> None:
    link = "desktop-desk:call?from=+49301&name=Lena%20Fuchs&event=ring&id=9"
    found = read_launch(["call", link, "--as", "john"], {})
    assert found is not None
    assert (found.number, found.name, found.event, found.call_id) == ("+49301", "Lena Fuchs", "ring", "9")
    assert found.login == "john"


def test_a_link_to_the_command_that_names_no_call_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    for words in (["desktop-desk:call?name=Ken"], ["desktop-desk:call?from=12", "--event", "end"]):
        assert read_launch(["call", *words], {}) is None
        assert run(["call", *words]) == 2
        assert "link" in capfd.readouterr().err


@pytest.mark.parametrize(
    "url",
    [
        "desktop-desk:call",
        "desktop-desk:call?name=Ken",
        "desktop-desk:call?from=",
        "desktop-desk:open?desk=/tmp/x.desk",
        "desktop-desk:call?from=12&event=sneeze",
        "desktop-desk:call?from=1\n2",
        "desktop-desk:call?from=" + "1" * 3000,
        "desktop-desk:call?" + "&".join(f"a{n}=1" for n in range(99)) + "&from=12",
        "tel:",
        "tel:nobody",
        "telephone:12",
        "mailto:ken@sales.example",
    ],
)
def test_these_urls_name_no_call(url: str) -> None:
    assert read_call_url(url) is None


def test_a_url_chooses_neither_desk_nor_agent() -> None:
    """Any web page may hold one."""
    found = read_launch(["desktop-desk:call?from=12&desk=/evil.desk&as=admin&screenshot=/x"], {})
    assert found is not None
    assert (found.desk, found.login, found.screenshot) == (None, None, None)
    assert read_launch(["desktop-desk:call?from=12", "--screenshot", "x.png"], {}) is None
    assert read_launch(["desktop-desk:call?from=12", "tel:13"], {}) is None


def test_whoever_made_the_link_may_name_the_desk_in_the_command() -> None:
    found = read_launch(["--desk", "front.desk", "tel:+4930123"], {})
    assert found is not None
    assert found.desk == "front.desk"
