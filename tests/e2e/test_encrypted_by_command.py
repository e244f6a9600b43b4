"""An encrypted desk by commands in processes of their own, as a thief, a script and an administrator use them."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command_line import start_program
from tests.encrypted import PLANTED, words_on_disk

if TYPE_CHECKING:
    import subprocess

PASSWORD = "correct horse"


def json_of(done: "subprocess.CompletedProcess[str]") -> dict[str, object]:
    assert (done.returncode, done.stderr) == (0, ""), done
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "front.desk"
    monkeypatch.setenv("DESKTOP_DESK", str(path))
    monkeypatch.setenv("DESKTOP_DESK_AGENT", "ada")
    monkeypatch.setenv("DESKTOP_DESK_PASSWORD", PASSWORD)
    monkeypatch.setenv("DESKTOP_DESK_HOME", str(tmp_path / "home"))
    return path


def test_a_desk_is_encrypted_from_its_first_byte_to_its_backup(desk: Path, tmp_path: Path) -> None:
    made = json_of(
        start_program("--json", "new", str(desk), "--encrypt", "--admin", "ada", "--name", f"{PLANTED} desk")
    )
    code = str(made["recovery"])
    assert len(code) == 41
    number = str(
        json_of(start_program("--json", "ticket", "log", "--subject", f"{PLANTED} is down"))["number"]
    )
    kept = tmp_path / "kept.desk"
    assert json_of(start_program("--json", "backup", str(kept)))["ok"]
    assert words_on_disk(tmp_path, PLANTED, PASSWORD) == []

    wrong = start_program("ticket", "list", DESKTOP_DESK_PASSWORD="wrong horse")
    assert (wrong.returncode, wrong.stdout, wrong.stderr) == (3, "", "Access denied\n")
    unknown = start_program("--as", "nobody", "ticket", "list")
    assert (unknown.returncode, unknown.stdout, unknown.stderr) == (3, "", "Access denied\n")

    restored = tmp_path / "restored.desk"
    denied = start_program("restore", str(kept), str(restored), DESKTOP_DESK_PASSWORD="wrong horse")
    assert (denied.returncode, list(tmp_path.glob("restored*"))) == (3, [])
    assert json_of(start_program("--json", "restore", str(kept), str(restored)))["ok"]
    shown = json_of(start_program("--json", "--desk", str(restored), "ticket", "show", number))
    assert shown["subject"] == f"{PLANTED} is down"
    assert words_on_disk(tmp_path, PLANTED, PASSWORD) == []

    sidecar = desk.with_name("front.desk.keys")
    sidecar.unlink()
    missing = start_program("ticket", "list")
    assert (missing.returncode, missing.stdout) == (3, "")
    assert missing.stderr.startswith("Access denied: the keys of")
    recovered = start_program(
        "desk", "recover", DESKTOP_DESK_RECOVERY=code, DESKTOP_DESK_PASSWORD="a new sentence"
    )
    assert recovered.returncode == 0, recovered.stderr
    assert code not in recovered.stdout
    again = start_program("ticket", "list", DESKTOP_DESK_PASSWORD="a new sentence")
    assert PLANTED in again.stdout
    shutil.copy(kept.with_name("kept.desk.keys"), sidecar)
    old = start_program("ticket", "list")
    assert PLANTED in old.stdout


def test_a_plain_desk_is_encrypted_gets_a_new_key_and_is_plain_again(desk: Path, tmp_path: Path) -> None:
    json_of(start_program("--json", "new", str(desk), "--admin", "ada"))
    json_of(start_program("--json", "ticket", "log", "--subject", f"{PLANTED} is down"))
    assert words_on_disk(tmp_path, PLANTED) == ["front.desk"]
    first = json_of(start_program("--json", "desk", "encrypt"))
    assert first["without_keys"] == []
    assert words_on_disk(tmp_path, PLANTED) == []
    second = json_of(start_program("--json", "desk", "rekey"))
    assert first["recovery"] != second["recovery"]
    void = start_program("desk", "recover", DESKTOP_DESK_RECOVERY=str(first["recovery"]))
    assert (void.returncode, "not the recovery code" in void.stderr) == (3, True)
    assert PLANTED in start_program("ticket", "list").stdout
    json_of(start_program("--json", "desk", "decrypt"))
    assert words_on_disk(tmp_path, PLANTED) == ["front.desk"]
    refused = start_program("desk", "rekey")
    assert (refused.returncode, "not encrypted" in refused.stderr) == (1, True)


def test_the_demo_of_an_encrypted_desk_lets_everybody_of_it_in(desk: Path) -> None:
    assert "recovery" in json_of(start_program("--json", "new", str(desk), "--tickets", "3", "--encrypt"))
    for login in ("john", "jane", "admin"):
        done = start_program("--as", login, "ticket", "list", DESKTOP_DESK_PASSWORD="demo")
        assert done.returncode == 0, done.stderr
