"""A file that is opened once: every reader sees the same bytes, whatever becomes of the name."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from enrich.errors import InputError
from enrich.files.opened import OpenedFile


def test_readers_keep_their_own_places_and_the_bytes_outlive_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(range(256)) * 2000)
    with closing(OpenedFile(path)) as file:
        path.unlink()
        with file.open() as first, file.open() as second:
            assert first.read(300) == second.read(300)
            assert second.seek(-3, os.SEEK_END) == 2000 * 256 - 3
            assert second.read() == b"\xfd\xfe\xff"
            assert first.read(2) == b"\x2c\x2d"
        assert file.read_bytes() == bytes(range(256)) * 2000
        assert not file.is_at(path)


def test_another_file_under_the_name_is_another(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"one")
    with closing(OpenedFile(path)) as file:
        assert file.is_at(path)
        (tmp_path / "b.csv").write_bytes(b"two")
        (tmp_path / "b.csv").replace(path)
        assert not file.is_at(path)
        assert file.read_bytes() == b"one"


def test_a_pipe_a_folder_and_nothing_are_told_in_words_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, words in (("pipe", "no ordinary file"), ("", "is a folder"), ("none", "there is no file")):
        with pytest.raises(InputError, match=words):
            OpenedFile(tmp_path / name)
