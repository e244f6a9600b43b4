"""Names, kinds and sizes of files: harmless wherever they came from, and unchanged where they are harmless."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.domain.attachments import (
    LARGEST,
    LONGEST_NAME,
    UNKNOWN_KIND,
    attached,
    clean_kind,
    clean_name,
    parts_of,
    size_text,
)


@pytest.mark.parametrize(
    "name",
    ["report.pdf", "Rechnung März (2).xlsx", "写真.jpg", "a b.tar.gz", "no ending", "Ω.txt", "x" * 150],
)
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\ken\\till.log", "till.log"), ("/", "file"), ("", "file"),
        ("..", "file"), (".ssh", "ssh"), ("a\x00b\n.txt", "ab.txt"), ("bill\u202efdp.exe", "billfdp.exe"),
        ("con.txt", "_con.txt"), ("NUL", "_NUL"), ("what?.txt", "what_.txt"), ("a:b.txt", "a_b.txt"),
        (" spaces .txt ", "spaces .txt"), ("\ud800.txt", "txt"), ("trailing. .", "trailing"),
        ("Cafe\u0301.txt", "Café.txt"),
    ],
)  # fmt: skip
def test_paths_and_tricks_are_taken_out(told: str, kept: str) -> None:
    assert clean_name(told) == kept


def test_a_long_name_keeps_its_ending() -> None:
    kept = clean_name("ü" * 300 + ".pdf")
    assert kept.endswith("ü.pdf")
    assert len(kept.encode()) <= LONGEST_NAME


@given(st.text(st.characters(), max_size=400))
def test_any_name_comes_out_as_one_that_every_file_system_takes(told: str) -> None:
    kept = clean_name(told)
    assert kept
    assert len(kept.encode()) <= LONGEST_NAME
    assert not set(kept) & set('/\\<>:"|?*\x00')
    assert kept.isprintable() or any(letter in kept for letter in "\u200c\u200d") or not kept.isascii()
    assert kept not in {".", ".."}
    assert kept == kept.strip(". ")
    assert clean_name(kept) == kept


@pytest.mark.parametrize(
    ("told", "name", "kind"),
    [
        ("image/png", "x.pdf", "image/png"), ("", "x.pdf", "application/pdf"),
        ("Text/HTML; charset=utf-8", "x", "text/html"), ("nonsense", "x", UNKNOWN_KIND),
        ("a/b\r\nc: d", "x.png", "image/png"),
    ],
)  # fmt: skip
def test_a_kind_is_what_was_told_or_what_the_name_says(told: str, name: str, kind: str) -> None:
    assert clean_kind(told, name) == kind


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1500, "1.5 KB"),
        (LARGEST, "25 MB"),
        (LARGEST + 1, "25.1 MB"),
    ],
)
def test_sizes_read_well_and_too_much_never_reads_as_if_it_fitted(size: int, text: str) -> None:
    assert size_text(size) == text


def test_parts_are_counted() -> None:
    assert [parts_of(size) for size in (0, 1, 1 << 20, (1 << 20) + 1, LARGEST)] == [0, 1, 1, 2, 25]


GOOD: dict[str, Any] = {"name": "a.txt", "mime": "text/plain", "size": 3, "sha": "ab" * 32, "entry": None}


def test_a_fact_of_an_attachment_is_read() -> None:
    file = attached(GOOD)
    assert file is not None
    assert (file.name, file.mime, file.size, file.entry) == ("a.txt", "text/plain", 3, "")


@pytest.mark.parametrize(
    "wrong", [{"sha": "xyz"}, {"sha": None}, {"sha": "AB" * 32}, {"size": -1}, {"size": "3"}, {"size": True}]
)
def test_a_fact_that_names_no_bytes_is_no_attachment(wrong: dict[str, Any]) -> None:
    assert attached(GOOD | wrong) is None


def test_a_name_from_another_program_is_cleaned_when_it_is_read() -> None:
    file = attached(GOOD | {"name": "../../x.sh"})
    assert file is not None
    assert file.name == "x.sh"
