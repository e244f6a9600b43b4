"""Where a desk may lie: the decision on each system's answers, and this machine's own."""

import ctypes
from pathlib import Path
from typing import Any

import pytest

from desktop_desk.storage import places
from desktop_desk.storage.places import Mount, Place, cloud_sign, linux_place, place_of, read_mounts

ROOT = Mount("/", "ext4", "/dev/sda1")


@pytest.mark.parametrize(
    ("filesystem", "source", "kind"),
    [
        ("ext4", "/dev/sda1", "local"),
        ("btrfs", "/dev/mapper/home", "local"),
        ("tmpfs", "tmpfs", "local"),
        ("overlay", "overlay", "local"),
        ("zfs", "tank/home", "local"),
        ("fuseblk", "/dev/sdb1", "local"),
        ("brandnewfs", "/dev/nvme0n1p2", "local"),
        ("vfat", "/dev/sdb1", "removable"),
        ("exfat", "/dev/sdb1", "removable"),
        *(
            (kind, "server:/desk", "network")
            for kind in "cifs smb3 nfs nfs4 9p davfs afs ceph ncpfs glusterfs vboxsf drvfs virtiofs autofs".split()
        ),
        ("fuse.sshfs", "me@server:", "network"),
        ("fuse.rclone", "remote:", "network"),
        ("fuse.whatever", "/srv/desk", "network"),
        ("fuse", "/srv/desk", "network"),
        ("strangefs", "server", "network"),
    ],
)
def test_linux_tells_by_the_filesystem(filesystem: str, source: str, kind: str) -> None:
    place = linux_place("/srv/desk", [ROOT, Mount("/srv", filesystem, source)])
    assert (place.kind, place.filesystem) == (kind, filesystem)


def test_the_deepest_mount_holds_and_the_newest_of_two_on_one_point() -> None:
    mounts = [
        ROOT,
        Mount("/srv", "cifs", "//s/a"),
        Mount("/srv/own", "ext4", "/dev/sdb"),
        Mount("/x", "autofs", "a"),
    ]
    assert linux_place("/srv/own/deep", mounts).kind == "local"
    assert linux_place("/srv/other", mounts).kind == "network"
    assert linux_place("/srvelse", mounts).kind == "local"
    assert linux_place("/srv", [*mounts, Mount("/srv", "xfs", "/dev/sdc")]).filesystem == "xfs"


def test_the_own_disk_of_a_virtual_machine_is_local_and_what_is_shared_into_it_is_not() -> None:
    mounts = [Mount("/", "9p", "none"), Mount("/mnt/c", "9p", "C:\\")]
    assert linux_place("/home/jane", mounts).kind == "local"
    assert linux_place("/mnt/c/desk", mounts).kind == "network"


def test_a_diskless_machine_has_its_root_on_the_network() -> None:
    assert linux_place("/home", [Mount("/", "nfs4", "server:/system")]).kind == "network"


def test_mountinfo_is_read_with_its_octal_blanks_and_optional_fields() -> None:
    text = (
        "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
        "36 22 0:33 / /mnt/the\\040share rw,relatime shared:1 master:2 - cifs //server/the\\040share rw,vers=3.0\n"
        "a line of another kind\n"
    )
    assert read_mounts(text) == [
        Mount("/", "ext4", "/dev/vda"),
        Mount("/mnt/the share", "cifs", "//server/the share"),
    ]


def test_no_mounts_at_all_tell_nothing() -> None:
    assert linux_place("/home", []) == Place("unknown", "", "no mount")
    assert linux_place("/home", []).is_safe


@pytest.mark.parametrize(
    ("path", "is_share"),
    [
        (r"\\server\share\front.desk", True),
        ("//server/share/front.desk", True),
        (r"\\?\UNC\server\share\front.desk", True),
        (r"\\wsl$\Debian\home\front.desk", True),
        (r"\\?\C:\desk\front.desk", False),
        (r"\\.\C:\desk", False),
        (r"C:\desk\front.desk", False),
        ("desk", False),
    ],
)
def test_windows_knows_a_share_by_its_path(path: str, is_share: bool) -> None:
    assert places.is_unc(path) is is_share


@pytest.mark.parametrize(
    ("drive", "kind"),
    [(0, "unknown"), (1, "unknown"), (2, "removable"), (3, "local"), (4, "network"), (6, "local")],
)
def test_windows_tells_by_the_type_of_the_drive(drive: int, kind: str) -> None:
    assert places.windows_place("C:\\", drive, "NTFS").kind == kind


class Kernel:
    """Answers as kernel32 does for a folder on one volume."""

    def __init__(self, volume: str, drive: int, filesystem: str) -> None:
        self._volume, self._drive, self._filesystem = volume, drive, filesystem

    def GetVolumePathNameW(self, _path: Any, volume: Any, _room: Any) -> int:  # noqa: N802
        volume.value = self._volume
        return 1 if self._volume else 0

    def GetVolumeInformationW(self, *asked: Any) -> int:  # noqa: N802
        asked[6].value = self._filesystem
        return 1

    def GetDriveTypeW(self, root: Any) -> int:  # noqa: N802
        assert root.value == self._volume
        return self._drive


def test_windows_is_asked_for_the_volume_of_the_folder() -> None:
    ask = places._ask_windows
    assert ask(r"Z:\office", Kernel("Z:\\", 4, "NTFS")) == Place("network", "ntfs", "network drive")
    assert ask(r"C:\desk", Kernel("C:\\", 3, "NTFS")) == Place("local", "ntfs", "ntfs")
    assert ask(r"\\server\share", Kernel("", 1, "")).kind == "network"
    assert ask("Q:\\", Kernel("", 1, "")).kind == "unknown"


@pytest.mark.parametrize(
    ("filesystem", "flags", "kind"),
    [
        ("apfs", 0x1000, "local"),
        ("hfs", 0x1000, "local"),
        ("smbfs", 0, "network"),
        ("nfs", 0, "network"),
        ("afpfs", 0, "network"),
        ("webdav", 0, "network"),
        ("macfuse", 0x1000, "network"),
        ("somethingnew", 0, "network"),
        ("exfat", 0x1000, "removable"),
        ("msdos", 0x1000, "removable"),
    ],
)
def test_macos_tells_by_type_and_flag(filesystem: str, flags: int, kind: str) -> None:
    assert places.mac_place(filesystem, flags).kind == kind


def test_macos_is_asked_by_statfs() -> None:
    class Library:
        def statfs(self, path: Any, answer: Any) -> int:
            assert path.value == b"/Volumes/office"
            answer._obj.f_fstypename = b"smbfs"
            return 0

    assert places._ask_mac(b"/Volumes/office", Library()) == Place("network", "smbfs", "smbfs")
    assert ctypes.sizeof(places._MacStatfs) == 2168, "as sys/mount.h has it"


def nothing(_mark: Path, _kind: str) -> bool:
    return False


@pytest.mark.parametrize(
    "name",
    [
        "Dropbox", "Dropbox (Office)", "OneDrive", "OneDrive - Example Ltd", "Google Drive", "GoogleDrive-me@x",
        "iCloud Drive", "com~apple~CloudDocs", "CloudStorage", "Nextcloud", "pCloud Drive",
    ],
)  # fmt: skip
def test_a_cloud_folder_is_known_by_its_name(name: str) -> None:
    folders = (Path("/home/jane", name, "desk"), Path("/home/jane", name), Path("/home/jane"))
    assert cloud_sign(folders, nothing, {}) == name


@pytest.mark.parametrize("name", ["Box", "drive", "my dropbox stories", "onedriver", "Documents"])
def test_an_ordinary_folder_is_not(name: str) -> None:
    assert cloud_sign((Path("/home/jane", name),), nothing, {}) == ""


def test_onedrive_is_known_by_its_variable_whatever_the_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "Office files"
    assert cloud_sign((folder / "desk", folder), nothing, {"OneDriveCommercial": str(folder)}) == "OneDrive"


@pytest.mark.parametrize("mark", [".stfolder", ".dropbox.cache", ".dropbox"])
def test_a_cloud_folder_is_known_by_its_mark(tmp_path: Path, mark: str) -> None:
    below = tmp_path / "office" / "desk"
    below.mkdir(parents=True)
    assert place_of(below / "front.desk", {}).kind == "local"
    (tmp_path / "office" / mark).write_text("")
    assert place_of(below / "front.desk", {}) == Place("cloud", place_of(tmp_path, {}).filesystem, mark)
    assert not place_of(below / "front.desk", {}).is_safe


def test_a_home_with_dropbox_settings_is_no_cloud_folder(tmp_path: Path) -> None:
    (tmp_path / ".dropbox").mkdir()
    assert place_of(tmp_path / "front.desk", {}).kind == "local"


def test_a_link_is_followed_to_where_the_file_is(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "desks").symlink_to(tmp_path / "Dropbox")
    assert place_of(tmp_path / "desks" / "front.desk", {}).kind == "cloud"


def test_a_folder_that_is_not_there_yet_is_where_its_parent_is(tmp_path: Path) -> None:
    assert place_of(tmp_path / "not" / "yet" / "front.desk", {}).kind == "local"


def test_a_system_that_gives_no_answer_leaves_it_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_folder: Path) -> Place:
        raise OSError(5, "it is gone")

    monkeypatch.setattr(places, "_asked", fails)
    place = place_of(tmp_path / "front.desk", {})
    assert (place.kind, place.is_safe) == ("unknown", True)
