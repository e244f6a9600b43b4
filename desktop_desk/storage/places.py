"""Where a desk file lies: on this machine's own disk, or where several computers' caches and locks come between.

SQLite needs locks that hold and writes that keep their order. A disk of this machine gives both; a network folder may
give neither, and a folder that a cloud program copies gives neither at all. The decision is a function of what the
system answers; the questions are asked by `place_of`, in each system's own way.
"""

import ctypes
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any, Literal

Kind = Literal["local", "network", "cloud", "removable", "unknown"]

_LOCAL = frozenset(
    "apfs aufs bcachefs btrfs ecryptfs ext2 ext3 ext4 f2fs fuseblk hfs hfsplus jfs minix nilfs2 ntfs ntfs3 overlay"
    " ramfs refs reiserfs rootfs squashfs tmpfs ubifs udf ufs xfs zfs".split()
)
_REMOVABLE = frozenset("exfat fat fat32 msdos vfat".split())
_NETWORK = frozenset(
    "9p afpfs afs autofs beegfs ceph cifs coda davfs drvfs ftp gfs gfs2 glusterfs gpfs lustre ncpfs nfs nfs3 nfs4 ocfs2"
    " orangefs prl_fs pvfs2 smb2 smb3 smbfs vboxsf virtiofs vmhgfs webdav".split()
)
_OWN_AT_ROOT = frozenset({"9p", "virtiofs"})
"""What a virtual machine or container may have as its own whole disk: at "/" it is nobody else's folder."""

_CLOUD_NAMES = re.compile(
    r"(dropbox( \(.+\))?|onedrive( - .+)?|google ?drive(-.+)?|icloud ?drive.*|com~apple~clouddocs|mobile documents"
    r"|cloudstorage|nextcloud|owncloud|pcloud ?drive|box sync|seafile)",
    re.IGNORECASE,
)
_CLOUD_MARKS: tuple[tuple[str, Literal["file", "any"]], ...] = (
    # In a home folder, .dropbox is a folder with that program's settings; only in the copied folder it is a file.
    (".dropbox", "file"),
    (".dropbox.cache", "any"),
    (".stfolder", "any"),
    (".owncloudsync.log", "file"),
    (".nextcloudsync.log", "file"),
)
_CLOUD_VARIABLES = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")

_WINDOWS_REMOVABLE, _WINDOWS_FIXED, _WINDOWS_REMOTE, _WINDOWS_DISC, _WINDOWS_MEMORY = 2, 3, 4, 5, 6
_MAC_LOCAL = 0x00001000
"""MNT_LOCAL of statfs(2): the filesystem is stored on this machine."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path lies.

    Attributes:
        filesystem: as the system calls it; "" when it did not say.
        why: what the decision stands on, short enough for brackets in a sentence.
    """

    kind: Kind
    filesystem: str
    why: str

    @property
    def is_safe(self) -> bool:
        """Whether a desk may be kept here; what no system could tell is trusted, as every program does."""
        return self.kind not in {"network", "cloud"}


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of Linux' /proc/self/mountinfo, as far as it matters here."""

    point: str
    filesystem: str
    source: str


# ── Decisions: no system is asked ─────────────────────────────────────────────────────────────────────────────────


def linux_place(path: str, mounts: Sequence[Mount]) -> Place:
    """Where a resolved absolute path lies among these mounts, in the order in which they were made."""
    found = max(
        (pair for pair in enumerate(mounts) if _is_under(path, pair[1].point)),
        key=lambda pair: (len(pair[1].point.rstrip("/")), pair[0]),
        default=None,
    )
    if found is None:
        return Place("unknown", "", "no mount")
    mount = found[1]
    kind = mount.filesystem.casefold()
    if kind in _OWN_AT_ROOT and mount.point == "/":
        return Place("local", kind, kind)
    if kind in _LOCAL:
        return Place("local", kind, kind)
    if kind in _REMOVABLE:
        return Place("removable", kind, kind)
    if kind in _NETWORK or kind == "fuse" or kind.startswith("fuse."):
        # What a program of unknown kind puts in a folder may come from anywhere.
        return Place("network", kind, kind)
    if mount.source.startswith("/dev/"):
        return Place("local", kind, kind)
    return Place("network", kind, kind)


def windows_place(path: str, drive: int, filesystem: str) -> Place:
    """Where a path lies by the answer of GetDriveTypeW for its volume, and the name of its filesystem."""
    kind = filesystem.casefold()
    if is_unc(path):
        return Place("network", kind, "UNC")
    if drive == _WINDOWS_REMOTE:
        return Place("network", kind, "network drive")
    if drive == _WINDOWS_REMOVABLE:
        return Place("removable", kind, kind or "removable")
    if drive in {_WINDOWS_FIXED, _WINDOWS_MEMORY, _WINDOWS_DISC}:
        return Place("local", kind, kind or "fixed")
    return Place("unknown", kind, f"drive type {drive}")


def is_unc(path: str) -> bool:
    r"""Whether a Windows path names a share: \\server\share in any spelling, and no local device."""
    drive = PureWindowsPath(path).drive.replace("/", "\\")
    if drive.upper().startswith("\\\\?\\UNC\\") or drive.upper().startswith("\\\\.\\UNC\\"):
        return True
    return drive.startswith("\\\\") and not drive.startswith(("\\\\?\\", "\\\\.\\"))


def mac_place(filesystem: str, flags: int) -> Place:
    """Where a path lies by the type and the flags that statfs gives for it."""
    kind = filesystem.casefold()
    if kind in _REMOVABLE:
        return Place("removable", kind, kind)
    if kind in _NETWORK or "fuse" in kind or not flags & _MAC_LOCAL:
        return Place("network", kind, kind)
    return Place("local", kind, kind)


def cloud_sign(
    folders: Sequence[Path], has: Callable[[Path, str], bool], environment: Mapping[str, str]
) -> str:
    """What tells that a cloud program copies one of these folders, nearest first; "" when nothing does.

    Args:
        has: whether the folder has a mark of this name and kind, "file" or "any".
    """
    own = {
        os.path.normcase(os.path.normpath(environment[name]))
        for name in _CLOUD_VARIABLES
        if environment.get(name)
    }
    for folder in folders:
        if os.path.normcase(os.path.normpath(folder)) in own:
            return "OneDrive"
        if _CLOUD_NAMES.fullmatch(folder.name):
            return folder.name
        for mark, kind in _CLOUD_MARKS:
            if has(folder / mark, kind):
                return mark
    return ""


def read_mounts(text: str) -> list[Mount]:
    """The mounts that /proc/self/mountinfo lists."""
    found: list[Mount] = []
    for line in text.splitlines():
        left, dash, right = line.partition(" - ")
        before, after = left.split(), right.split()
        if dash and len(before) > 4 and len(after) > 1:
            found.append(Mount(_plain(before[4]), _plain(after[0]), _plain(after[1])))
    return found


def _plain(word: str) -> str:
    """A word of mountinfo with blanks and the like, which stand in it as octal numbers."""
    spelled = re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8)]), os.fsencode(word))
    return os.fsdecode(spelled)


def _is_under(path: str, folder: str) -> bool:
    return folder in {"/", path} or path.startswith(folder.rstrip("/") + "/")


# ── Questions to the system ───────────────────────────────────────────────────────────────────────────────────────


def place_of(path: Path, environment: Mapping[str, str] = os.environ) -> Place:
    """Where a file lies, or would lie; follows links, opens nothing, and never fails."""
    folder = _real_folder(path)
    try:
        place = _asked(folder)
    except (OSError, ValueError) as error:
        place = Place("unknown", "", str(error))
    if place.kind == "network":
        return place
    sign = cloud_sign((folder, *folder.parents), _has, environment)
    return Place("cloud", place.filesystem, sign) if sign else place


def _real_folder(path: Path) -> Path:
    """The folder in which the file itself lies, behind all links; the nearest that there is."""
    folder = Path(os.path.realpath(path)).parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _has(mark: Path, kind: str) -> bool:
    try:
        return mark.is_file() if kind == "file" else mark.exists()
    except OSError:
        return False


def _asked(folder: Path) -> Place:
    if sys.platform == "win32":
        return _ask_windows(str(folder), ctypes.WinDLL("kernel32", use_last_error=True))
    if sys.platform == "darwin":
        return _ask_mac(os.fsencode(folder), ctypes.CDLL(None, use_errno=True))
    table = Path("/proc/self/mountinfo")
    return linux_place(str(folder), read_mounts(os.fsdecode(table.read_bytes())))


def _ask_windows(folder: str, kernel: Any) -> Place:
    """Ask by GetVolumePathNameW, GetDriveTypeW and GetVolumeInformationW; a share is never asked."""
    if is_unc(folder):
        return windows_place(folder, _WINDOWS_REMOTE, "")
    room = 1024
    volume = ctypes.create_unicode_buffer(room)
    if not kernel.GetVolumePathNameW(ctypes.c_wchar_p(folder), volume, ctypes.c_uint32(room)):
        return Place("unknown", "", "GetVolumePathNameW")
    root = volume.value
    name = ctypes.create_unicode_buffer(room)
    known = kernel.GetVolumeInformationW(
        ctypes.c_wchar_p(root), None, ctypes.c_uint32(0), None, None, None, name, ctypes.c_uint32(room)
    )
    drive = int(kernel.GetDriveTypeW(ctypes.c_wchar_p(root)))
    return windows_place(root, drive, name.value if known else "")


class _MacStatfs(ctypes.Structure):
    """struct statfs of macOS with 64-bit inodes."""

    _fields_ = (
        ("f_bsize", ctypes.c_uint32),
        ("f_iosize", ctypes.c_int32),
        ("f_blocks", ctypes.c_uint64),
        ("f_bfree", ctypes.c_uint64),
        ("f_bavail", ctypes.c_uint64),
        ("f_files", ctypes.c_uint64),
        ("f_ffree", ctypes.c_uint64),
        ("f_fsid", ctypes.c_int32 * 2),
        ("f_owner", ctypes.c_uint32),
        ("f_type", ctypes.c_uint32),
        ("f_flags", ctypes.c_uint32),
        ("f_fssubtype", ctypes.c_uint32),
        ("f_fstypename", ctypes.c_char * 16),
        ("f_mntonname", ctypes.c_char * 1024),
        ("f_mntfromname", ctypes.c_char * 1024),
        ("f_flags_ext", ctypes.c_uint32),
        ("f_reserved", ctypes.c_uint32 * 7),
    )


def _ask_mac(folder: bytes, library: Any) -> Place:
    """Ask by statfs; on Intel the call for 64-bit inodes has a name of its own."""
    call = getattr(library, "statfs$INODE64", None) or library.statfs
    answer = _MacStatfs()
    if call(ctypes.c_char_p(folder), ctypes.byref(answer)) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return mac_place(answer.f_fstypename.decode("ascii", "replace"), answer.f_flags)
