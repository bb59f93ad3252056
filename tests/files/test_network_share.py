"""A store on a network share is refused where the system tells that it is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.errors import StoreError
from enrich.files import network_share
from enrich.files.network_share import share_type
from tests.stores.files import opened

MOUNTS = r"""
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:21 / /proc rw - proc proc rw
30 22 0:44 / /mnt/team rw shared:9 - nfs4 files:/team rw,vers=4.2
31 30 254:2 / /mnt/team/local rw - xfs /dev/vdb rw
32 22 0:45 / /mnt/win\040share rw - cifs //files/win rw
33 22 0:46 / /home/a/there rw - fuse.sshfs a@b: rw
34 22 0:47 / /mnt/c rw - 9p drvfs rw
35 22 0:48 / /mnt/over rw - nfs files:/x rw
36 22 254:3 / /mnt/over rw - ext4 /dev/vdc rw
torn line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/ioc", ""),
        ("/mnt/team", "nfs4"),
        ("/mnt/team/a/b", "nfs4"),
        ("/mnt/teams", ""),
        ("/mnt/team/local/a", ""),
        ("/mnt/win share/x", "cifs"),
        ("/home/a/there", "fuse.sshfs"),
        ("/mnt/c/Users", "9p"),
        ("/mnt/over/x", ""),
    ],
)
def test_the_innermost_and_latest_mount_decides(folder: str, kind: str) -> None:
    assert share_type(Path(folder), MOUNTS) == kind


def test_a_store_there_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / {tmp_path} rw - nfs4 files:/x rw\n")
    monkeypatch.setattr(network_share, "MOUNTS", mounts)
    with pytest.raises(StoreError, match="network share") as caught:
        opened(tmp_path / "team" / "store.db")
    assert "postgresql://" in caught.value.hint
    assert not (tmp_path / "team" / "store.db").exists()
