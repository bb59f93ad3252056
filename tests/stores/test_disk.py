"""What a store does to the disk: what is no store stays as it is, what was acknowledged survives a power cut."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from enrich.errors import StoreError
from tests.stores.files import opened
from tests.support.stored_answers import VT, file, found, put

SYNCED = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a disk holds after a power cut, at worst: of each file what it was when it was last synced. */
static void keep(int fd) {
    char link[64], path[4096], copy[8192], block[65536];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return;
    path[length] = 0;
    char *name = strrchr(path, '/');
    snprintf(copy, sizeof copy, "%s/%s", getenv("SYNCED"), name ? name + 1 : path);
    int from = open(path, O_RDONLY), to = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (ssize_t count; from >= 0 && to >= 0 && (count = read(from, block, sizeof block)) > 0;)
        if (write(to, block, count) != count) abort();
    close(from);
    close(to);
}
int fsync(int fd) { keep(fd); return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd); }
int fdatasync(int fd) { keep(fd); return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd); }
"""
WRITER = """
import os, signal, sys
from enrich.clock import SystemClock
from enrich.model.quota import Quota
from enrich.stores import open_store
from tests.support.stored_answers import file, found, put

store = open_store(sys.argv[1], SystemClock())
for number in range(int(sys.argv[2])):
    store.book("k", Quota(10**6, None, None))
    put(store, found(file(number)))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux") or shutil.which("cc") is None, reason="needs cc on Linux")
@pytest.mark.parametrize("answers", [1, 40])
@pytest.mark.slow
def test_a_power_cut_loses_no_answer_that_was_acknowledged(tmp_path: Path, answers: int) -> None:
    (tmp_path / "synced.c").write_text(SYNCED)
    library, disk = tmp_path / "synced.so", tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, tmp_path / "synced.c", "-ldl"], check=True)
    url = f"sqlite:///{tmp_path / 'store' / 'store.db'}"
    environment = os.environ | {"LD_PRELOAD": str(library), "SYNCED": str(disk)}
    ended = subprocess.run([sys.executable, "-c", WRITER, url, str(answers)], env=environment, check=False)
    assert ended.returncode == -9
    with closing(opened(disk / "store.db")) as store:
        assert len(store.get_many(VT, [file(number)[0] for number in range(answers)])) == answers
        assert store.usage("k").day >= 0


@pytest.mark.parametrize("content", [b"md5,sha1\n" * 200, b"PRAGMA"])
def test_what_is_no_store_keeps_its_content_and_its_mode(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.csv"
    path.write_bytes(content)
    path.chmod(0o644)
    with pytest.raises(StoreError, match="not a store"):
        opened(path)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (content, 0o644)


def test_another_programs_database_keeps_its_content_and_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("PRAGMA application_id = 77")
        theirs.execute("CREATE TABLE theirs (a)")
        theirs.commit()
    path.chmod(0o664)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        opened(path)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (before, 0o664)
    assert [each.name for each in tmp_path.iterdir()] == ["theirs.db"]


def test_a_pipe_a_device_and_a_socket_are_not_opened_and_keep_their_mode(tmp_path: Path) -> None:
    pipe, link, place = tmp_path / "pipe", tmp_path / "link", tmp_path / "socket"
    os.mkfifo(pipe, 0o644)
    link.symlink_to("/dev/null")
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(place))
        for path in (pipe, link, place, Path("/dev/null")):
            before = path.stat().st_mode
            with pytest.raises(StoreError, match="no regular file"):
                opened(path)
            assert path.stat().st_mode == before
    assert link.is_symlink()


def test_a_link_to_nothing_is_not_followed_and_one_to_a_store_is(tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(StoreError, match="cannot be opened"):
        opened(link)
    assert not (tmp_path / "elsewhere.db").exists()
    opened(tmp_path / "elsewhere.db").close()
    with closing(opened(link)) as store:
        put(store, found(file(1)))
    assert link.is_symlink()


def test_a_store_of_ours_that_others_could_read_is_private_once_opened(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    opened(path).close()
    path.chmod(0o664)
    with closing(opened(path)) as store:
        put(store, found(file(1)))
        modes = {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
        assert modes == {0o600}


@pytest.mark.parametrize("replaced", [False, True])
def test_a_store_that_is_deleted_or_replaced_in_mid_run_is_noticed(tmp_path: Path, *, replaced: bool) -> None:
    path, other = tmp_path / "store.db", tmp_path / "other.db"
    opened(other).close()
    with closing(opened(path)) as store:
        put(store, found(file(1)))
        if replaced:
            other.replace(path)
        else:
            path.unlink()
        with pytest.raises(StoreError, match="removed or replaced"):
            put(store, found(file(2)))
