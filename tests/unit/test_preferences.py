"""Preferences and places of one user."""

import logging
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_desk.config import Places, Preferences, places, read_preferences, write_preferences

CHOSEN = Preferences(last_desk="front.desk", theme="dark", density="compact")


def test_one_variable_moves_all_places(tmp_path: Path) -> None:
    found = places({"DESKTOP_DESK_HOME": str(tmp_path)})
    assert found == Places(config=tmp_path / "config", data=tmp_path / "data", state=tmp_path / "state")
    assert found.preferences == tmp_path / "config" / "preferences.toml"


def test_without_the_variable_the_platform_says_where() -> None:
    found = places({})
    assert all("desktop-desk" in str(place) for place in (found.config, found.data, found.state))


def test_before_the_first_start_there_are_defaults_and_no_file(tmp_path: Path) -> None:
    path = tmp_path / "config" / "preferences.toml"
    assert read_preferences(path) == Preferences()
    assert not path.parent.exists()


def test_what_was_chosen_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "config" / "preferences.toml"
    write_preferences(path, CHOSEN)
    assert read_preferences(path) == CHOSEN


def test_desks_that_may_be_on_a_network_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "preferences.toml"
    write_preferences(path, Preferences(on_network=("/share/a.desk", "Z:\\b.desk")))
    assert read_preferences(path).on_network == ("/share/a.desk", "Z:\\b.desk")


@given(last_desk=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_path_is_read_as_written(tmp_path_factory: pytest.TempPathFactory, last_desk: str) -> None:
    path = tmp_path_factory.mktemp("any") / "preferences.toml"
    write_preferences(path, Preferences(last_desk=last_desk))
    assert read_preferences(path).last_desk == last_desk


@pytest.mark.parametrize(
    "line",
    [
        'theme = "purple"',
        "density = 3",
        'density = "roomy"',
        "last_desk = ['a']",
        "on_network = 'a'",
        "on_network = [1]",
    ],
)
def test_an_invalid_value_costs_only_itself_and_is_told(
    tmp_path: Path, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "preferences.toml"
    other = 'theme = "dark"' if "theme" not in line else 'density = "compact"'
    path.write_text(f"{other}\n{line}\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        read = read_preferences(path)
    kept = {"theme": "dark"} if "theme" not in line else {"density": "compact"}
    expected = Preferences(**kept)  # pyright: ignore[reportArgumentType]
    assert read == expected
    assert line.split(" ", maxsplit=1)[0] in caplog.text


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe\x00broken"])
def test_a_damaged_file_is_set_aside_and_kept(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "preferences.toml"
    path.write_bytes(content)
    assert read_preferences(path) == Preferences()
    assert (tmp_path / "preferences.toml.damaged").read_bytes() == content
    assert "set aside" in caplog.text
    write_preferences(path, CHOSEN)
    assert read_preferences(path) == CHOSEN


def test_a_file_that_the_system_does_not_let_be_read_keeps_nobody_from_working(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert read_preferences(tmp_path) == Preferences()
    assert str(tmp_path) in caplog.text


def test_a_newer_versions_settings_stay(tmp_path: Path) -> None:
    path = tmp_path / "preferences.toml"
    path.write_text('hologram = "on"\n[shortcuts]\nlog = "F2"\n', encoding="utf-8")
    write_preferences(path, CHOSEN)
    text = path.read_text(encoding="utf-8")
    assert "hologram" in text
    assert "[shortcuts]" in text
    assert read_preferences(path) == CHOSEN


def test_a_value_that_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "preferences.toml"
    with pytest.raises(ValueError, match="theme"):
        write_preferences(path, Preferences(theme="purple"))  # pyright: ignore[reportArgumentType]
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "preferences.toml"
    write_preferences(path, CHOSEN)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_preferences(path, Preferences())
    monkeypatch.undo()
    assert read_preferences(path) == CHOSEN
    assert [entry.name for entry in tmp_path.iterdir()] == ["preferences.toml"]
