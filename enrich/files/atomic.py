"""Whole files: written so that nobody ever sees half of one (temporary file, fsync, rename), and told by their digest.

Knows of a file's name only whether it is packed; what stands in it is the business of whoever writes.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from enrich.errors import InputError, OutputError
from enrich.files.streams import Streamed, is_stream
from enrich.files.written import in_words, open_for_writing

PACKED_SUFFIX = ".gz"
ABANDONED_AFTER = 6 * 3600.0
"""Seconds after which a temporary file has no writer any more."""
TEMPORARY_PREFIX = ".enrich-"
"""What the name of a file that is still being written begins with."""

_NOT_MEANT_FOR_FOLDERS = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EBADF, errno.EACCES)
"""What file systems say to a request that they have for files alone."""


def suffix_of(path: Path) -> str:
    """Return the suffix that names a file's format, in lower case; ``.gz`` behind it says only how it is packed."""
    return unpacked(path).suffix.lower()


def unpacked(path: Path) -> Path:
    return path.with_suffix("") if is_packed(path) else path


def is_packed(path: Path) -> bool:
    return path.suffix.lower() == PACKED_SUFFIX


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes in hex, for custody. ``InputError`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


class Staged:
    """A file that is written beside its place and put there whole by ``commit``; until then nobody sees it.

    A link stays one: what it leads to is replaced. A file that is replaced hands on its mode, owner and extended
    attributes (access lists among them). ``keep`` leaves that file under a further name, ``.bak``, which is never
    written over. ``like`` are files whose modes are not to be widened: what nobody else may read stays so.
    """

    def __init__(
        self, path: Path, *, keep: bool = False, suffix: str = "", like: Sequence[Path] = (), folder: Path | None = None
    ) -> None:
        """``suffix`` is that of the file while it is written, where others read all files of the real one.

        ``folder`` is where it lies until then, on the same file system; default: beside its place.
        """
        # A rename would put a file in the link's place, and leave what it leads to as it was.
        self.path = path.resolve() if path.is_symlink() else path
        path = self.path
        self._keep = keep
        self._like = like
        with in_words(path):
            handle, name = tempfile.mkstemp(suffix or path.suffix, TEMPORARY_PREFIX, folder or path.parent)
        self._temporary = Path(name)
        self.file = open_for_writing(handle, path)

    def finish(self) -> str:
        """Bring what was written to the disk; its SHA-256 in hex. Nothing more is written afterwards."""
        with in_words(self.path):
            self._close()
            return sha256_of(self._temporary)

    def commit(self) -> None:
        """Put it in its place. ``OutputError`` where that fails; what stood there stays then."""
        with in_words(self.path):
            self._close()
            _hand_on(self.path, self._temporary, self._like)
            if self._keep and self.path.exists():
                keep_first(self.path)
            self._temporary.replace(self.path)
            # The rename itself is in the folder's data: without this a power cut may bring the old file back.
            _sync_folder(self.path.parent)

    def _close(self) -> None:
        if not self.file.closed:
            self.file.flush()
            # Before the rename: some file systems write names before contents, and a power cut would leave an empty
            # file.
            os.fsync(self.file.fileno())
            self.file.close()

    def discard(self) -> None:
        """Leave no trace; after ``commit`` there is none."""
        with suppress(OSError, OutputError):  # a full disk was told when the rest was written
            self.file.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def commit_all(outputs: Sequence[Staged | Streamed]) -> list[str]:
    """Put outputs in their places, and return what the user should hear of it."""
    # files first: whoever reads a stream may leave, or fail it, and no file is to be missing for that
    for output in sorted(outputs, key=lambda output: isinstance(output, Streamed)):
        output.commit()
    return [
        f"{output.path}: whoever reads it left before all of it was written"
        for output in outputs
        if isinstance(output, Streamed) and output.is_cut
    ]


def sweep(folder: Path) -> None:
    """Remove what runs that were killed left behind in a folder: temporary files that nobody wrote for hours."""
    with suppress(OSError):
        for left in folder.glob(f"{TEMPORARY_PREFIX}*"):
            facts = left.lstat()
            old = time.time() - facts.st_mtime > ABANDONED_AFTER
            if old and stat.S_ISREG(facts.st_mode) and (sys.platform == "win32" or facts.st_uid == os.geteuid()):
                left.unlink(missing_ok=True)


@contextmanager
def atomic(path: Path, *, suffix: str = "") -> Iterator[BinaryIO]:
    """Yield a file to write that appears at ``path`` whole or not at all; see ``Staged``."""
    staged = Streamed(path) if is_stream(path) else Staged(path, suffix=suffix)
    try:
        with in_words(path):
            yield staged.file
        staged.commit()
    finally:
        staged.discard()


def move(path: Path, target: Path) -> None:
    """Give a file, a link or a pipe another place, which must be free; where that is on another file system, a copy
    takes its place whole or not at all, and then the file goes. Raises ``OSError``.
    """
    try:
        path.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    else:
        return
    if path.is_symlink():
        target.symlink_to(path.readlink())
    elif path.is_file():
        _copy_file(path, target)
    else:
        raise OSError(errno.EXDEV, "a pipe or a device stays on its file system")
    path.unlink()


def _copy_file(path: Path, target: Path) -> None:
    sweep(target.parent)
    handle, name = tempfile.mkstemp("", TEMPORARY_PREFIX, target.parent)
    temporary = Path(name)
    try:
        with path.open("rb") as source, os.fdopen(handle, "wb") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        shutil.copystat(path, temporary)
        temporary.rename(target)
        _sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def keep_first(path: Path) -> Path:
    """Give a file a further name that is free: ``NAME.bak``, ``NAME.bak-2`` ... It keeps its own all the time."""
    number = 1
    while True:
        kept = path.with_name(f"{path.name}.bak" + (f"-{number}" if number > 1 else ""))
        try:
            os.link(path, kept)
        except FileExistsError:
            number += 1
            continue
        except OSError:  # a file system without links
            with path.open("rb") as source, kept.open("xb") as copy:
                shutil.copyfileobj(source, copy)
                os.fsync(copy.fileno())
            shutil.copystat(path, kept)
        return kept


@contextmanager
def packed(path: Path, target: BinaryIO) -> Iterator[BinaryIO]:
    """Yield a file whose content arrives in ``target``, gzipped where ``path`` says so, always to the same bytes."""
    if not is_packed(path):
        yield target
        return
    # Neither name nor time, which gzip would put into the file's head.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=target, mtime=0) as file:
        yield cast("BinaryIO", file)


def _hand_on(former: Path, new: Path, like: Sequence[Path]) -> None:
    """Give a temporary file, which is 0600 for nobody else's reason, what it is to have in its place."""
    try:
        facts = former.stat()
    except FileNotFoundError:
        new.chmod(_usual_mode(like))
        return
    if sys.platform != "win32" and (facts.st_uid, facts.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(PermissionError):  # only root gives files away; one's own groups are worth the try
            os.chown(new, -1, facts.st_gid)
            os.chown(new, facts.st_uid, -1)
    new.chmod(stat.S_IMODE(facts.st_mode) & 0o777)
    if sys.platform == "linux":
        with suppress(OSError):  # a file system without any
            for name in os.listxattr(former):
                with suppress(OSError):  # one that only the system may set
                    os.setxattr(new, name, os.getxattr(former, name))


def _usual_mode(like: Sequence[Path]) -> int:
    """Return what the umask leaves of 0666, and of that no more than others may do with each of ``like``."""
    # There is no way to ask for the mask without setting it.
    mask = os.umask(0)
    os.umask(mask)
    mode = 0o666 & ~mask
    for path in like:
        with suppress(OSError):
            mode &= path.stat().st_mode | 0o600
    return mode


def _sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk, where its file system can and the folder may be opened."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NOT_MEANT_FOR_FOLDERS:
            raise
    finally:
        os.close(handle)
