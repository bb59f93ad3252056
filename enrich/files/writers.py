"""Whether a program has a file open to write to it, as far as the system tells."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path


def is_open_for_writing(path: Path) -> bool:
    """Return whether some program writes to a file; False where the system does not tell.

    It tells on Linux, of files that belong to the user himself or whoever is root, on disks of this machine.
    """
    if sys.platform != "linux":
        return False
    import fcntl  # noqa: PLC0415 - there is none on Windows
    import signal  # noqa: PLC0415

    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            # Who opens the file for writing while a lease lasts has the kernel send a signal to its holder: one that is
            # ignored by itself, as the usual one ends the process.
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
    return False
