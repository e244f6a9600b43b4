"""The login window knows who was here last, desk by desk."""

from pathlib import Path

from desktop_desk.ui.last_login import MOST_DESKS, last_login, last_login_file, remember_login


def test_each_desk_remembers_its_own_last_login(tmp_path: Path) -> None:
    file = last_login_file(tmp_path / "state")
    assert last_login(file, "/a.desk") == ""
    remember_login(file, "/a.desk", "john")
    remember_login(file, "/b.desk", "jane")
    remember_login(file, "/a.desk", "ada")
    assert (last_login(file, "/a.desk"), last_login(file, "/b.desk")) == ("ada", "jane")


def test_the_desk_longest_not_entered_is_forgotten_first(tmp_path: Path) -> None:
    file = last_login_file(tmp_path)
    for place in range(MOST_DESKS):
        remember_login(file, f"/{place}.desk", "john")
    remember_login(file, "/0.desk", "jane")
    remember_login(file, "/new.desk", "john")
    assert last_login(file, "/1.desk") == ""
    assert last_login(file, "/0.desk") == "jane"


def test_a_damaged_file_costs_only_the_convenience(tmp_path: Path) -> None:
    file = last_login_file(tmp_path)
    for content in ("{", "[1]", "\0"):
        file.write_text(content)
        assert last_login(file, "/a.desk") == ""
        remember_login(file, "/a.desk", "john")
        assert last_login(file, "/a.desk") == "john"


def test_a_folder_that_cannot_be_written_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    remember_login(last_login_file(tmp_path / "state"), "/a.desk", "john")
