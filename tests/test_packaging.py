"""What is installed, and how: locks for every platform, commands that need nothing, a complete wheel."""

import ast
import importlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
BOOTSTRAP = ["start", "test", "prove", "environment", "system_packages"]

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?: ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def pins(lock: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / f"{lock}.lock.txt").read_text(encoding="utf-8").splitlines()
    found = (PIN.match(line) for line in lines)
    return {canonicalize_name(match["name"]): match["version"] for match in found if match}


def project() -> dict[str, list[str]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def inputs(name: str) -> list[Requirement]:
    lines = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    return [Requirement(text) for line in lines if (text := line.partition("#")[0].strip())]


@pytest.mark.parametrize("lock", ["run", "test"])
def test_a_lock_holds_pinned_versions_and_hashes_and_nothing_else(lock: str) -> None:
    lines = (ROOT / "requirements" / f"{lock}.lock.txt").read_text(encoding="utf-8").splitlines()
    strange = [
        line
        for line in lines
        if line and not line.startswith("#") and not (PIN.match(line) or HASH.match(line))
    ]
    assert not strange
    assert pins(lock)


@pytest.mark.parametrize("lock", ["run", "test"])
def test_a_lock_covers_every_file_of_a_release_and_so_every_platform(lock: str) -> None:
    """A compiled package has a file for each platform; a lock of one machine alone would hold one hash."""
    text = (ROOT / "requirements" / f"{lock}.lock.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z])", text)
    files = {
        canonicalize_name(block.split("==")[0]): block.count("--hash=") for block in blocks if "==" in block
    }
    compiled = ["pyside6-essentials", "shiboken6", "sqlcipher3", "rapidfuzz", "cffi"]
    few = {name: files[canonicalize_name(name)] for name in compiled}
    assert min(few.values()) >= 4, few


def test_the_locks_pin_what_the_project_asks_for() -> None:
    run = pins("run")
    asked = [Requirement(text) for text in project()["dependencies"]] + inputs("run")
    wrong = [
        str(one) for one in asked if not one.specifier.contains(run.get(canonicalize_name(one.name), "0"))
    ]
    assert not wrong, "run python packaging/lock.py"
    assert not {canonicalize_name(one.name) for one in inputs("test")} - set(pins("test"))


def test_tests_run_on_the_versions_that_users_get() -> None:
    assert pins("run").items() <= pins("test").items()


@pytest.mark.parametrize("name", BOOTSTRAP)
def test_the_two_commands_need_only_the_standard_library(name: str) -> None:
    # Parsed as an old Python would: on one, they must get as far as saying which Python is needed.
    tree = ast.parse((ROOT / "packaging" / f"{name}.py").read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {module.split(".")[0] for module in imported} - sys.stdlib_module_names - set(BOOTSTRAP)
    assert not foreign


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that makes .venv, for this test alone."""
    monkeypatch.syspath_prepend(ROOT / "packaging")
    module = importlib.import_module("environment")
    monkeypatch.delitem(sys.modules, "environment")
    return module


def test_a_package_that_a_system_lacks_keeps_no_other_one_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(ROOT / "packaging")
    packages = importlib.import_module("system_packages")
    installed: list[str] = []

    def install(wanted: list[str]) -> bool:
        # As apt-get does: all of them or none.
        installed.extend(wanted if "chromium" not in wanted else ())
        return "chromium" not in wanted

    for name, stand_in in {
        "may_install": lambda: True,
        "is_there": lambda _program: False,
        "install_without_services": install,
        "_quiet": lambda words: words[-1] != "chromium",
    }.items():
        monkeypatch.setattr(packages, name, stand_in)
    monkeypatch.setattr(sys, "platform", "linux")
    packages.provide_test_tools()
    assert "xvfb" in installed
    told = capsys.readouterr().err
    assert "chromium" in told
    assert "xvfb" not in told


def test_the_environment_is_made_again_when_a_lock_or_the_place_changes(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("here", "there"):
        (tmp_path / place / "requirements").mkdir(parents=True)
        (tmp_path / place / "pyproject.toml").write_text("")
        (tmp_path / place / "requirements" / "run.lock.txt").write_text("one")
    seen: list[str] = []
    for place, lock in (("here", "one"), ("here", "two"), ("there", "one")):
        (tmp_path / place / "requirements" / "run.lock.txt").write_text(lock)
        monkeypatch.setattr(environment, "ROOT", tmp_path / place)
        seen.append(environment._fingerprint("run"))
    assert len(set(seen)) == 3
    (tmp_path / "here" / "requirements" / "run.lock.txt").write_text("two")
    monkeypatch.setattr(environment, "ROOT", tmp_path / "here")
    assert environment._fingerprint("run") == seen[1]


def test_an_environment_that_is_ready_is_used_without_asking_pip(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "FOLDER", tmp_path)
    monkeypatch.setattr(environment, "_works", lambda: True)
    monkeypatch.setattr(environment, "_qt_folder", lambda: tmp_path)
    monkeypatch.setattr(environment.system_packages, "provide_qt", lambda qt: None)
    monkeypatch.setattr(environment, "_make", lambda: pytest.fail("made again"))
    monkeypatch.setattr(environment, "_install", lambda lock: pytest.fail("installed again"))
    (tmp_path / "ready-run").write_text(environment._fingerprint("run"))
    assert environment.provide("run") == environment.python()


def test_missing_system_libraries_end_in_the_command_that_brings_them(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = environment.system_packages
    monkeypatch.setattr(system, "missing_libraries", lambda qt: ["libEGL.so.1"])
    monkeypatch.setattr(system, "may_install", lambda: False)
    with pytest.raises(SystemExit) as told:
        system.provide_qt(tmp_path)
    assert "libEGL.so.1" in str(told.value)
    assert "sudo apt-get install --no-install-recommends libegl1" in str(told.value)


def test_servers_for_tests_are_installed_without_being_started(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = environment.system_packages
    policy, done = tmp_path / "policy-rc.d", list[str]()

    def install(packages: list[str]) -> bool:
        assert policy.read_text().endswith("exit 101\n"), "nothing may be started meanwhile"
        assert policy.stat().st_mode & 0o111
        done.append(" ".join(packages))
        return True

    usual = system._as_root

    def as_root(*words: str, text: str = "") -> bool:
        if words[0] == "systemctl":
            done.append(" ".join(words))
            return True
        return bool(usual(*words, text=text))

    monkeypatch.setattr(system, "STARTS_NOTHING", policy)
    monkeypatch.setattr(system, "NO_SERVER", tmp_path / "conf" / "createcluster.conf")
    monkeypatch.setattr(system, "_is_root", lambda: True)
    monkeypatch.setattr(system, "may_install", lambda: True)
    monkeypatch.setattr(system, "install", install)
    monkeypatch.setattr(system, "_as_root", as_root)
    monkeypatch.setattr(system.shutil, "which", lambda program: f"/bin/{program}")
    assert system.install_without_services(["bindfs", "exim4-daemon-light", "postgresql"])
    assert done[0] == "bindfs exim4-daemon-light postgresql"
    assert done[1:] == ["systemctl disable exim4", "systemctl disable postgresql"]
    assert not policy.exists()
    assert "create_main_cluster = false" in (tmp_path / "conf" / "createcluster.conf").read_text()


def test_a_mail_server_that_somebody_has_is_left_alone(
    environment: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    system, asked = environment.system_packages, list[list[str]]()
    (tmp_path / "sendmail").touch()
    monkeypatch.setattr(system.sys, "platform", "linux")
    monkeypatch.setattr(system, "MAIL_SERVER", tmp_path / "sendmail")
    monkeypatch.setattr(system, "is_there", lambda program: program not in {"exim4", "git"})
    monkeypatch.setattr(system, "install_without_services", lambda packages: asked.append(packages) or True)
    system.provide_test_tools()
    assert asked == [["git"]]
    assert "mail server of its own" in capsys.readouterr().err


def test_ci_runs_the_documented_command() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "exec python3 packaging/test.py" in script.read_text(encoding="utf-8")


def test_hooks_before_a_commit_download_nothing() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"- repo: (\S+)", text)) == {"local"}


def test_a_wheel_holds_the_program_and_all_its_resources(tmp_path: Path) -> None:
    source = tmp_path / "source"
    skip = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "desktop_desk", source / "desktop_desk", ignore=skip)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "--quiet",
    ]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("desktop_desk-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        held = set(packed.namelist())
        entry = next(name for name in held if name.endswith("entry_points.txt"))
        assert "desktop-desk = desktop_desk.__main__:main" in packed.read(entry).decode()
    # Taken before the build, which leaves files of its own in the source.
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "desktop_desk").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert wanted <= held, sorted(wanted - held)
