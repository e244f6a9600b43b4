"""Text by gettext: English without a catalogue, the user's language with one."""

import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk import i18n

GERMAN = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
    "Reply": "Antwort – für alle",
    "one ticket\0{count} tickets": "ein Ticket\0{count} Tickets",
}


def write_catalogue(path: Path, messages: dict[str, str]) -> None:
    """Write a .mo file as the GNU gettext manual describes it."""
    keys = sorted(messages)
    texts = [key.encode() for key in keys] + [messages[key].encode() for key in keys]
    start = 28 + 16 * len(keys)
    tables, content = b"", b""
    for text in texts:
        tables += struct.pack("<2I", len(text), start + len(content))
        content += text + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, start)
    path.parent.mkdir(parents=True)
    path.write_bytes(header + tables + content)


@pytest.fixture(autouse=True)
def fresh_catalogue() -> Iterator[None]:
    i18n._catalogue.cache_clear()
    yield
    i18n._catalogue.cache_clear()


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_catalogue(tmp_path / "resources/translations/de/LC_MESSAGES/desktop_desk.mo", GERMAN)
    monkeypatch.setattr(i18n, "__file__", str(tmp_path / "i18n.py"))
    monkeypatch.setenv("LANGUAGE", "de_AT")


def test_without_a_catalogue_text_is_as_written() -> None:
    assert i18n._("Reply") == "Reply"
    assert i18n.ngettext("one ticket", "{count} tickets", 1) == "one ticket"
    assert i18n.ngettext("one ticket", "{count} tickets", 3) == "{count} tickets"


@pytest.mark.usefixtures("german")
def test_the_environment_names_the_language() -> None:
    assert i18n._("Reply") == "Antwort – für alle"
    assert i18n.ngettext("one ticket", "{count} tickets", 0).format(count=0) == "0 Tickets"
    assert i18n._("not translated yet") == "not translated yet"


@pytest.mark.usefixtures("german")
def test_a_marked_text_is_translated_only_when_shown() -> None:
    marked = i18n.N_("Reply")
    assert marked == "Reply"
    assert i18n._(marked) == "Antwort – für alle"


@pytest.mark.usefixtures("german")
def test_no_text_is_no_text_and_not_the_catalogues_header() -> None:
    assert i18n._("") == ""


def test_importing_it_reads_no_file() -> None:
    program = (
        "import sys\nopened = []\n"
        "sys.addaudithook(lambda name, what: opened.append(str(what[0])) if name == 'open' else None)\n"
        "import desktop_desk.i18n\n"
        "assert not [path for path in opened if 'translations' in path], opened"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
