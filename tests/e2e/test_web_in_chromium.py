"""The request form in a real browser, with and without scripts, on a phone and on a desk, light and dark."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk.channels.web_server import FormServer
from tests.builders import ADesk, a_desk, texts
from tests.conftest import PICTURES_VARIABLE
from tests.e2e.chromium import DESK, PHONE, Chromium, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ADesk]:
    desk = a_desk(tmp_path)
    desk.ada.add("topic", name="Servers", department="System Administrators", priority="B")
    desk.ada.add("topic", name="Printers")
    yield desk
    desk.close()


@pytest.fixture
def address(office: ADesk) -> Iterator[str]:
    server = FormServer(office.front.requests(), office.clock, office.front.close_thread, port=0)
    server.start()
    yield server.addresses[0].rstrip("/")
    server.stop()


def keep(browser: Chromium, name: str) -> None:
    """A picture for people to look at, where they asked for it."""
    folder = os.environ.get(PICTURES_VARIABLE)
    if folder:
        browser.picture(Path(folder) / f"web-{name}.png")


def is_too_wide(browser: Chromium) -> bool:
    return bool(browser.value("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def fill_in(browser: Chromium) -> None:
    browser.type("subject", "VPN down for all of sales")
    browser.value(
        "[...document.getElementById('topic').options].find(each => each.text === 'Servers').selected = true"
    )
    browser.type("text", "Nobody in sales can connect since 9.\nThe light is red.")
    browser.type("name", "Ken Lee")
    browser.type("email", "ken@example.org")


@pytest.mark.parametrize(("scripts", "size", "dark"), [(True, PHONE, False), (False, DESK, True)])
def test_ken_sends_a_request_sees_the_reply_and_answers(
    office: ADesk, address: str, tmp_path: Path, scripts: bool, size: tuple[int, int], dark: bool
) -> None:
    shot = tmp_path / "light.png"
    shot.write_bytes(b"picture")
    with Chromium(tmp_path, scripts=scripts, size=size, dark=dark) as browser:
        browser.open(f"{address}/")
        assert not is_too_wide(browser)
        fill_in(browser)
        browser.choose("attachments", shot)
        keep(browser, f"form-{size[0]}-{'dark' if dark else 'light'}")
        browser.click("main form button")
        browser.until("document.getElementById('number')")
        number = browser.value("document.getElementById('number').textContent")
        keep(browser, f"sent-{size[0]}-{'dark' if dark else 'light'}")
        view = office.john.ticket(number)
        assert (view.subject, view.topic, view.department, view.priority) == (
            "VPN down for all of sales", "Servers", "System Administrators", "B",
        )  # fmt: skip
        assert [file.name for entry in view.thread for file in entry.attachments] == ["light.png"]

        office.jane.note(number, "Their token is over again.")
        office.jane.reply(number, "I renewed your token. Does it work now?", resolve=True)
        browser.open(f"{address}/status")
        browser.type("number", str(number).lower())
        browser.type("secret", "ken@example.org")
        browser.press("Enter")
        browser.until("document.querySelector('.line.reply')")
        assert "Their token is over again." not in browser.text()
        assert "I renewed your token" in browser.text()
        assert not is_too_wide(browser)
        keep(browser, f"status-{size[0]}-{'dark' if dark else 'light'}")

        browser.type("text", "Still red.")
        browser.click("main form button")
        browser.until("document.querySelectorAll('.line.message').length === 2")
        assert texts(office.john.ticket(number))[-1] == "Still red."
        assert office.john.ticket(number).state == "open"
        browser.click(".leave button")
        browser.until("document.getElementById('secret')")
        assert browser.errors == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_sends_one_request(office: ADesk, address: str, tmp_path: Path, scripts: bool) -> None:
    with Chromium(tmp_path, scripts=scripts) as browser:
        browser.open(f"{address}/")
        fill_in(browser)
        browser.click("main form button", times=2)
        browser.until("document.getElementById('number')")
        assert office.john.counters().total == 1
        assert browser.errors == []


def test_what_is_missing_is_said_beside_its_field(office: ADesk, address: str, tmp_path: Path) -> None:
    with Chromium(tmp_path, scripts=False) as browser:
        browser.open(f"{address}/")
        browser.type("text", "It is broken.")
        browser.type("email", "nonsense")
        browser.click("main form button")
        browser.until("document.querySelector('.problems')")
        # Whoever hears the page hears it first.
        browser.until("document.activeElement.className === 'problems'")
        assert browser.value("document.title").startswith("Not sent yet:")
        browser.press("Tab")
        browser.press("Enter")
        browser.until("document.activeElement.id === 'subject'")
        keep(browser, "errors-390-light")
        browser.look(DESK, dark=True)
        keep(browser, "errors-1280-dark")
        assert browser.value("document.getElementById('text').value") == "It is broken."
        marked = browser.value(
            "[...document.querySelectorAll('[aria-invalid]')].map(field => field.id).join()"
        )
        assert marked == "subject,email"
        described = browser.value(
            "document.getElementById('email').getAttribute('aria-describedby').split(' ')[0]"
        )
        assert browser.value(f"document.getElementById('{described}').textContent")
        # The refused page is an error for the console too, and nothing else is.
        assert [error for error in browser.errors if "422" not in error] == []
    assert office.john.counters().total == 0


def test_nothing_is_loaded_from_elsewhere_and_no_script_of_a_caller_runs(
    office: ADesk, address: str, tmp_path: Path
) -> None:
    with Chromium(tmp_path) as browser:
        browser.open(f"{address}/")
        browser.type("subject", "<img src=x onerror=document.title='pwned'>")
        browser.type("text", "<script>document.title='pwned'</script>")
        browser.type("name", "<b>Ken</b>")
        browser.type("email", "ken@example.org")
        browser.click("main form button")
        browser.until("document.getElementById('number')")
        browser.click("a.button")
        browser.until("document.querySelector('.line.message')")
        assert "pwned" not in str(browser.value("document.title"))
        assert browser.value("document.querySelectorAll('main img, main b, main p script').length") == 0
        loaded = browser.value("performance.getEntriesByType('resource').map(each => each.name).join(' ')")
        assert all(each.startswith(address) for each in re.split(r"\s+", loaded) if each)
        assert browser.errors == []
