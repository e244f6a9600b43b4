"""Debian and Ubuntu packages that pip cannot bring, each with its reason, and how to get them.

Other Linuxes need the same libraries under other names; Windows and macOS need none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

QT = {
    "libegl1": "Qt's QtGui is linked to it, also when nothing is drawn on a screen",
    "libgl1": "Qt's QtWidgets and its X11 platform",
    "libglib2.0-0": "Qt's event loop",
    "libdbus-1-3": "Qt's accessibility bridge and desktop settings",
    "libfontconfig1": "finds the fonts",
    "libfreetype6": "draws the letters",
    "fonts-dejavu-core": "a desk of empty boxes can't be read: at least one font",
    "libxkbcommon0": "keyboard layouts",
    "libxkbcommon-x11-0": "keyboard layouts on X11",
    "libx11-xcb1": "the X11 platform",
    "libxcb-cursor0": "the X11 platform: the pointer",
    "libxcb-icccm4": "the X11 platform: talks to the window manager",
    "libxcb-image0": "the X11 platform: pictures",
    "libxcb-keysyms1": "the X11 platform: keys",
    "libxcb-randr0": "the X11 platform: several screens",
    "libxcb-render-util0": "the X11 platform: drawing",
    "libxcb-shape0": "the X11 platform: windows that are no rectangle",
    "libxcb-shm0": "the X11 platform: pictures without a copy",
    "libxcb-sync1": "the X11 platform: resizing without flicker",
    "libxcb-xfixes0": "the X11 platform: the clipboard",
    "libxcb-xkb1": "the X11 platform: keyboard layouts",
}

# Program → (package, reason). Without them the tests that need a real screen are skipped, and say so.
TEST_TOOLS = {
    "bindfs": (
        "bindfs",
        "mounts one folder twice, as two computers reach a share (needs root and /dev/fuse)",
    ),
    "chromium": ("chromium", "fills in the request form as callers do"),
    "dovecot": ("dovecot-imapd", "a private IMAP server for the tests of mail that is fetched"),
    "exim4": (
        "exim4-daemon-light",
        "a private SMTP server for the tests of mail that goes out and comes back",
    ),
    "fuse.h": ("libfuse3-dev", "builds the share with honest locks that tests mount twice"),
    "gcc": ("g++", "builds the disk that tests let fail or lose power (g++ brings the headers with it)"),
    "git": ("git", "tells which files belong to the project"),
    "Xvfb": ("xvfb", "a screen for tests of the real window on a machine without one"),
    "xdotool": ("xdotool", "presses real keys in those tests"),
    "initdb": ("postgresql", "a private server for the tests of desks and hubs on PostgreSQL"),
}

# Debian keeps some programs in folders of their own.
ELSEWHERE = {
    "dovecot": "/usr/sbin/dovecot",
    "exim4": "/usr/sbin/exim4",
    "fuse.h": "/usr/include/fuse3/fuse.h",
    "initdb": "/usr/lib/postgresql/*/bin/initdb",
}

# A test's server is its own, on 127.0.0.1; those that Debian would start with a package are neither wanted nor used.
NO_SERVER = Path("/etc/postgresql-common/createcluster.conf")
STARTS_NOTHING = Path("/usr/sbin/policy-rc.d")
SERVICES = {"dovecot-imapd": "dovecot", "exim4-daemon-light": "exim4", "postgresql": "postgresql"}

# A machine has one mail server; ours would take the place of another one.
MAIL_SERVER = Path("/usr/sbin/sendmail")


def may_install() -> bool:
    """Whether this user may install Debian packages without being asked for a password."""
    if shutil.which("apt-get") is None:
        return False
    return _is_root() or (
        shutil.which("sudo") is not None
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def command(packages: list[str]) -> str:
    """What a person types to install the packages."""
    return "sudo apt-get install --no-install-recommends " + " ".join(packages)


def install(packages: list[str]) -> bool:
    """Install the packages where that is possible without asking; whether they are there afterwards."""
    if not may_install():
        return False
    apt = [
        *([] if _is_root() else ["sudo", "-n"]),
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "--quiet",
    ]
    # Nothing that somebody has chosen to have goes away for a test.
    wanted = [*apt, "install", "--yes", "--no-remove", "--no-install-recommends", *packages]
    print(f"Installing system packages: {' '.join(packages)}", flush=True)
    if _quiet(wanted):
        return True
    # The lists of a fresh machine are empty or old.
    subprocess.run([*apt, "update"], capture_output=True, check=False)
    done = subprocess.run(wanted, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
    return done.returncode == 0


def _quiet(arguments: list[str]) -> bool:
    return subprocess.run(arguments, capture_output=True, check=False).returncode == 0


def missing_libraries(qt: Path) -> list[str]:
    """Shared libraries that the installed Qt in this folder asks for and this system lacks."""
    if not sys.platform.startswith("linux") or shutil.which("ldd") is None:
        return []
    binaries = [
        *qt.glob("QtWidgets*.so"),
        *(qt / "Qt" / "plugins" / "platforms").glob("libq[xo]*.so"),
        *(qt / "Qt" / "plugins" / "xcbglintegrations").glob("*.so"),
    ]
    missing: set[str] = set()
    for binary in binaries:
        listed = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False).stdout
        missing |= {line.split()[0] for line in listed.splitlines() if line.endswith("not found")}
    return sorted(missing)


def has_fonts() -> bool:
    """Whether some font is installed where Qt looks on Linux."""
    if not sys.platform.startswith("linux"):
        return True
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]
    return any(next(folder.rglob("*.[ot]t[fc]"), None) for folder in folders if folder.is_dir())


def provide_qt(qt: Path) -> None:
    """Bring what the installed Qt lacks, or stop with the command that a person has to give."""
    missing = missing_libraries(qt)
    if not missing and has_fonts():
        return
    if not install(list(QT)) or missing_libraries(qt):
        lacking = ", ".join(missing) or "a font"
        raise SystemExit(
            f"The window needs system libraries that are not here ({lacking}).\n"
            f"On Debian or Ubuntu, install them with\n\n    {command(list(QT))}\n\nand run this again."
        )


def is_there(program: str) -> bool:
    """Whether a program is on the PATH, or where Debian keeps it."""
    place = ELSEWHERE.get(program)
    return shutil.which(program) is not None or (
        place is not None and any(Path("/").glob(place.removeprefix("/")))
    )


def provide_test_tools() -> None:
    """Bring the programs that tests on a real screen use, or tell which tests will be left out."""
    if not sys.platform.startswith("linux"):
        return
    lacking = [package for program, (package, _) in TEST_TOOLS.items() if not is_there(program)]
    if "exim4-daemon-light" in lacking and MAIL_SERVER.exists():
        lacking.remove("exim4-daemon-light")
        print(
            "This machine has a mail server of its own: the tests that need Exim are skipped.",
            file=sys.stderr,
        )
    if lacking and not install_without_services(lacking):
        # What this system does not have under that name must not keep the rest away.
        known = [package for package in lacking if may_install() and _quiet(["apt-cache", "show", package])]
        if 0 < len(known) < len(lacking) and install_without_services(known):
            lacking = [package for package in lacking if package not in known]
        print(
            "Tests that need these are skipped, since they could not be installed: "
            f"{', '.join(lacking)}. To have them:\n    {command(lacking)}",
            file=sys.stderr,
        )


def install_without_services(packages: list[str]) -> bool:
    """Install servers for tests to start themselves: the system's own starts none of them, now or later."""
    servers = [package for package in packages if package in SERVICES]
    if not servers or not may_install():
        return install(packages)
    if "postgresql" in servers:
        _lay(NO_SERVER, "create_main_cluster = false\n")
    policy = _lay(STARTS_NOTHING, "#!/bin/sh\nexit 101\n")
    try:
        done = install(packages)
    finally:
        if policy:
            _as_root("rm", "-f", str(STARTS_NOTHING))
    if shutil.which("systemctl") is not None:
        for package in servers:
            _as_root("systemctl", "disable", SERVICES[package])
    return done


def _lay(path: Path, text: str) -> bool:
    """Make a file of the system's where there is none; whether it was made."""
    if path.exists():
        return False
    _as_root("mkdir", "-p", str(path.parent))
    _as_root("tee", str(path), text=text)
    return _as_root("chmod", "755" if text.startswith("#!") else "644", str(path))


def _as_root(*words: str, text: str = "") -> bool:
    sudo = [] if _is_root() else ["sudo", "-n"]
    done = subprocess.run([*sudo, *words], input=text, capture_output=True, text=True, check=False)
    return done.returncode == 0
