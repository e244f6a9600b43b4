"""The rules of the house, as checks: which way imports go, what loads Qt, how large a thing may grow."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.application.use_cases import lint_imports
from importlinter.configuration import configure

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.mail_room import MailRoom
from desktop_desk.desk.requests import Requests

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "desktop_desk"

MODULE_LINES = 400
PUBLIC_METHODS = 20
FUNCTION_LINES = 50

# What may be larger, each with its reason. Keys: "path" of a module, "path:Name" of what is in it.
LARGER: dict[str, str] = {}

WITH_QT = {"ui", "__main__"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def parts_of_the_first_level() -> set[str]:
    return {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in modules()} - {"__init__"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout: which files belong to the project is not known")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_imports_go_one_way(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    configure()
    kept = lint_imports(no_logo=True, cache_dir=None)
    assert kept, capsys.readouterr().out


@pytest.mark.parametrize(
    ("contract", "may"), [("qt-only-in-ui", WITH_QT), ("peewee-only-in-storage", {"storage", "__main__"})]
)
def test_a_contract_covers_every_part_of_the_program(contract: str, may: set[str]) -> None:
    """A new package would otherwise import what it likes."""
    checks = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (sources,) = [each["source_modules"] for each in checks["contracts"] if each["id"] == contract]
    assert {name.removeprefix("desktop_desk.") for name in sources} == parts_of_the_first_level() - may


def test_nothing_but_the_window_loads_qt() -> None:
    """Every module outside ui is imported in a process where importing Qt fails."""
    names = [
        module_name(path)
        for path in modules()
        if path.relative_to(PACKAGE).with_suffix("").parts[0] not in WITH_QT
        and "migrations" not in path.parts
    ]
    assert "desktop_desk.config" in names
    program = "\n".join(
        [
            "import importlib, sys",
            "for name in ('PySide6', 'shiboken6', 'qt_material'): sys.modules[name] = None",
            f"for name in {names!r}: importlib.import_module(name)",
        ]
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_deciding_what_to_start_loads_only_the_standard_library() -> None:
    """`python -m desktop_desk` must have decided before anything slow is imported."""
    entry = PACKAGE / "__main__.py"
    program = (
        "import sys, desktop_desk.__main__; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    if not entry.exists():
        pytest.skip("there is no desktop_desk/__main__.py yet")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"PySide6", "typer", "rich", "peewee", "sqlcipher3", "phonenumbers", "holidays", "platformdirs"}
    assert not heavy & set(done.stdout.split())


def larger_than_allowed(path: Path) -> Iterator[tuple[str, str]]:
    where = path.relative_to(ROOT).as_posix()
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield where, f"{lines} lines of {MODULE_LINES}"
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ClassDef():
                methods = [
                    part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
                ]
                # A capital inside marks Qt's own method, overridden: how many there must be is Qt's to say.
                public = {name for method in methods if (name := method.name).islower() and name[0] != "_"}
                if len(public) > PUBLIC_METHODS:
                    yield f"{where}:{node.name}", f"{len(public)} public methods of {PUBLIC_METHODS}"
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    yield f"{where}:{node.name}", f"{length} lines of {FUNCTION_LINES}"
            case _:
                pass


def test_modules_classes_and_functions_stay_small() -> None:
    found = dict(entry for path in modules() for entry in larger_than_allowed(path))
    too_large = {where: size for where, size in found.items() if where not in LARGER}
    assert not too_large, "\n".join(f"{where}: {size}" for where, size in too_large.items())


def test_the_list_of_larger_things_names_only_larger_things() -> None:
    found = {where for path in modules() for where, _ in larger_than_allowed(path)}
    assert set(LARGER) <= found
    assert all(reason.strip() for reason in LARGER.values())


@pytest.mark.parametrize("whole", [Desk, MailRoom, Requests])
def test_no_chapter_takes_a_private_name_that_another_has(whole: type) -> None:
    """Chapters stand on and beside each other: one would use what the other meant otherwise."""
    owners: dict[str, list[str]] = {}
    for chapter in whole.__mro__[:-1]:
        for name in vars(chapter):
            if name.startswith("_") and not name.startswith("__"):
                owners.setdefault(name, []).append(chapter.__name__)
    assert {name: chapters for name, chapters in owners.items() if len(chapters) > 1} == {}


def test_modules_are_called_by_what_they_hide() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
    assert not [path for path in modules() if vague & {*path.relative_to(PACKAGE).with_suffix("").parts}]


def test_every_package_but_storage_is_checked_strictly() -> None:
    """Strict is the default; these roots alone may lower it, ui in one rule that Qt's stubs get wrong."""
    checks = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["basedpyright"]
    lowered = {
        environment["root"]: {key for key in environment if key.startswith("report")}
        for environment in checks["executionEnvironments"]
    }
    assert checks["typeCheckingMode"] == "strict"
    assert {root for root, rules in lowered.items() if rules} == {
        "desktop_desk/storage",
        "desktop_desk/ui",
        "tests",
    }
    assert lowered["desktop_desk/ui"] == {"reportUnnecessaryComparison"}


# Written so that this file does not hold what it looks for.
NOT_OURS = {
    "a package index": re.compile(
        r"(?i)\b(files\.pythonhosted|pypi\.(org|python)|registry\.npm|deb\.debian)\b"
    ),
    "a path of the machine it was written on": re.compile(
        r"(?<![\w.~-])/(wor[k]|op[t]|roo[t])(/|\b(?![\w-]))"
    ),
}


@pytest.mark.parametrize("what", NOT_OURS)
def test_no_file_names(what: str) -> None:
    found: list[str] = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a catalogue
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
            for number, line in enumerate(text.splitlines(), start=1)
            if NOT_OURS[what].search(line)
        ]
    assert not found, "\n".join(found)
