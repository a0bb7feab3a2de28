"""Where the system does not tell of changes, the folder is polled."""

from __future__ import annotations

from pathlib import Path

import pytest

from photoguard.watching.alarm import file_system, why_poll

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /srv/school\\040photos rw shared:20 - cifs //server/photos rw,vers=3.0
41 22 0:36 / /home/a/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
42 22 8:17 / /srv/school\\040photos/usb rw - vfat /dev/sdb1 rw
43 22 0:40 / /data rw - nfs4 server:/data rw
44 22 0:41 / /data rw - xfs /dev/sdc rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    """A computer with local, network and nested drives."""
    place = tmp_path / "mountinfo"
    place.write_text(MOUNTS, "utf-8")
    return place


@pytest.mark.parametrize(
    ("folder", "kind", "why"),
    [
        ("/home/a/Pictures", "ext4", None),
        ("/srv/school photos/drop", "cifs", "watch.on_network"),
        ("/srv/school photos", "cifs", "watch.on_network"),
        ("/srv/school photos and more", "ext4", None),
        ("/srv/school photos/usb/drop", "vfat", None),
        ("/home/a/gvfs/share", "fuse.gvfsd-fuse", "watch.on_network"),
        ("/data/drop", "xfs", None),
    ],
)
def test_a_network_drive_is_known(folder: str, kind: str, why: str | None, mounts: Path) -> None:
    """The nearest drive above a folder counts, and of two in one place the later one."""
    assert file_system(Path(folder), mounts) == kind
    assert why_poll(Path(folder), mounts) == why


@pytest.mark.parametrize(
    "folder",
    [
        "/home/a/OneDrive - Lappeenrannan kaupunki/kuvat",
        "/home/a/Dropbox/kuvat",
        "/Users/a/Library/CloudStorage/GoogleDrive-a@b.fi/kuvat",
        "/home/a/Nextcloud/kuvat",
    ],
)
def test_a_synchronised_folder_is_known(folder: str, mounts: Path) -> None:
    """The folders of the usual clouds are known by name."""
    assert why_poll(Path(folder), mounts) == "watch.on_synced"


def test_the_clouds_own_word_counts(monkeypatch: pytest.MonkeyPatch, mounts: Path) -> None:
    """Where OneDrive says its folder is, below that it is polled; elsewhere not."""
    monkeypatch.setenv("OneDriveCommercial", "/home/a/Work files")
    assert why_poll(Path("/home/a/Work files/drop"), mounts) == "watch.on_synced"
    assert why_poll(Path("/home/a/Other files/drop"), mounts) is None


def test_a_box_of_photos_is_no_cloud(mounts: Path) -> None:
    """A word of a cloud inside a longer name says nothing."""
    assert why_poll(Path("/home/a/Boxing day/My drives"), mounts) is None
    assert why_poll(Path("/home/a/kuvat"), mounts.with_name("absent")) is None
