"""A file is written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import struct
import time
from pathlib import Path

import pytest

from enrich.errors import OutputError
from enrich.files.atomic import Staged, atomic, sweep


def write_keeping(path: Path, content: bytes) -> None:
    staged = Staged(path, keep=True)
    staged.file.write(content)
    staged.commit()


def test_a_write_that_fails_leaves_the_former_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("former")
    with pytest.raises(RuntimeError), atomic(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_text() == "former"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_full_disk_is_an_output_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, atomic(tmp_path / "a.csv"):
        raise OSError(28, "No space left on device")
    assert "no answer is lost" in caught.value.hint
    assert os.listdir(tmp_path) == []


def test_in_place_keeps_the_original_as_bak_and_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("former")
    path.chmod(0o640)
    write_keeping(path, b"new")
    assert path.read_text() == "new"
    assert (tmp_path / "a.csv.bak").read_text() == "former"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_bak_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    (tmp_path / "a.csv.bak").write_text("the analyst's own")
    for text in ("first", "second"):
        path.write_text(text)
        write_keeping(path, b"new")
    assert (tmp_path / "a.csv.bak").read_text() == "the analyst's own"
    assert [(tmp_path / f"a.csv.bak-{number}").read_text() for number in (2, 3)] == ["first", "second"]


def test_the_original_is_never_without_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("former")
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        assert path.read_text() == (tmp_path / "a.csv.bak").read_text() == "former"
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    write_keeping(path, b"new")
    assert path.read_text() == "new"


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes here")
def test_a_replaced_file_hands_on_owner_and_attributes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("former")
    try:
        os.setxattr(path, "user.case", b"2026-17")
    except OSError:
        pytest.skip("this file system keeps no attributes")
    if os.geteuid() == 0:
        os.chown(path, 4711, 4712)
    owner = path.stat().st_uid, path.stat().st_gid
    with atomic(path) as file:
        file.write(b"new")
    assert os.getxattr(path, "user.case") == b"2026-17"
    assert (path.stat().st_uid, path.stat().st_gid) == owner


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes here")
def test_a_replaced_file_hands_on_its_access_list(tmp_path: Path) -> None:
    """``user::rw- user:4711:r-- group::r-- mask::r-- other::---`` as Linux keeps it."""
    path, name = tmp_path / "a.csv", "system.posix_acl_access"
    path.write_text("former")
    entries = ((1, 6, 2**32 - 1), (2, 4, 4711), (4, 4, 2**32 - 1), (16, 4, 2**32 - 1), (32, 0, 2**32 - 1))
    try:
        os.setxattr(path, name, struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries))
    except OSError:
        pytest.skip("this file system keeps no access lists")
    before = os.getxattr(path, name)
    write_keeping(path, b"new")
    assert os.getxattr(path, name) == os.getxattr(tmp_path / "a.csv.bak", name) == before


def test_an_output_is_no_wider_open_than_its_input(tmp_path: Path) -> None:
    secret, output = tmp_path / "secret.csv", tmp_path / "secret.enriched.csv"
    secret.write_text("x")
    secret.chmod(0o600)
    staged = Staged(output, like=[tmp_path, secret])
    staged.file.write(b"y")
    staged.commit()
    assert output.stat().st_mode & 0o777 == 0o600


def test_what_was_not_committed_leaves_no_trace(tmp_path: Path) -> None:
    staged = Staged(tmp_path / "a.csv")
    staged.file.write(b"half")
    assert staged.finish() == hashlib.sha256(b"half").hexdigest()
    staged.discard()
    assert os.listdir(tmp_path) == []


def test_what_a_killed_run_left_is_swept_and_what_is_written_now_is_not(tmp_path: Path) -> None:
    for name, age in ((".enrich-old.csv", 7 * 3600), (".enrich-new.csv", 60), ("in.csv", 7 * 3600)):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    sweep(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [".enrich-new.csv", "in.csv"]


@pytest.mark.parametrize("refusal", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_syncs_no_folders_takes_outputs_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: int
) -> None:
    fsync = os.fsync

    def of_files_alone(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(refusal, os.strerror(refusal))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", of_files_alone)
    write_keeping(tmp_path / "a.csv", b"new")
    assert (tmp_path / "a.csv").read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads any folder")
def test_a_folder_that_one_may_only_put_files_in_takes_outputs(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.mkdir(mode=0o300)
    write_keeping(box / "a.csv", b"new")
    box.chmod(0o700)
    assert (box / "a.csv").read_bytes() == b"new"


def test_a_folder_whose_names_cannot_be_brought_to_the_disk_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def failing(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OutputError, match="Input/output error"):
        write_keeping(tmp_path / "a.csv", b"new")
