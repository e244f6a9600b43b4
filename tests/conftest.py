"""What every test stands on: no screen, a home of its own, one zone, one locale."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
DEEP_VARIABLE = "DESKTOP_DESK_DEEP"
REAL_DATA_VARIABLE = "DESKTOP_DESK_REAL_DATA"
PICTURES_VARIABLE = "DESKTOP_DESK_PICTURES"

_base = pytest.StashKey[Path]()
_homes = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--deep",
        action="store_true",
        default=os.environ.get(DEEP_VARIABLE, "") not in ("", "0"),
        help=f"also run the tests marked deep, and many more examples (or set {DEEP_VARIABLE}=1)",
    )


def pytest_configure(config: pytest.Config) -> None:
    # A short path: a Unix socket's name must fit in 108 bytes.
    base = Path(tempfile.mkdtemp(prefix="dd-")).resolve()
    config.stash[_base] = base
    for variable in [name for name in os.environ if name.startswith("DESKTOP_DESK")]:
        if variable not in (DEEP_VARIABLE, REAL_DATA_VARIABLE, PICTURES_VARIABLE):
            del os.environ[variable]
    runtime = base / "run"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.update(
        {
            "DESKTOP_DESK_HOME": str(base / "home"),
            "XDG_RUNTIME_DIR": str(runtime),
            # Not UTC and with summer time, so that a mix-up of local time and UTC shows.
            "TZ": "Europe/Berlin",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }
    )
    os.environ.update(
        {f"XDG_{kind}_HOME": str(base / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    )
    os.environ.pop("LANGUAGE", None)
    if hasattr(time, "tzset"):
        time.tzset()

    hypothesis.settings.register_profile(
        "quick", max_examples=25, derandomize=True, deadline=None, database=None
    )
    hypothesis.settings.register_profile("deep", max_examples=1000, deadline=None, print_blob=True)
    hypothesis.settings.load_profile("deep" if config.getoption("--deep") else "quick")


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_base], ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "real_data" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.real_data)
        if item.get_closest_marker("deep") and not config.getoption("--deep"):
            item.add_marker(pytest.mark.skip(reason="deep: give --deep to run it"))


@pytest.fixture(autouse=True)
def home(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This test's own DESKTOP_DESK_HOME, not yet made; programs that the test starts inherit it."""
    folder = pytestconfig.stash[_base] / f"h{next(_homes)}"
    monkeypatch.setenv("DESKTOP_DESK_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A test that ends while a thread it started is still at work would let it write into the next one."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(timeout=5)
    alive = [thread.name for thread in left if thread.is_alive()]
    assert not alive, f"still running: {', '.join(alive)}"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of data nobody in this project wrote, which is not part of the checkout."""
    named = os.environ.get(REAL_DATA_VARIABLE)
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: name its folder in {REAL_DATA_VARIABLE}")
    return folder
