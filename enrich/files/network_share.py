"""Whether a folder lies on a network share, as far as the system tells: SQLite's locks do not hold there.

Two machines that write into one SQLite file on a share damage it sooner or later, and write-ahead logging needs memory
that both share (https://www.sqlite.org/wal.html, "all processes must be on the same host computer").
"""

from __future__ import annotations

from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
SHARED_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p", "glusterfs", "ceph", "lustre", "beegfs"}
)
"""Types of file systems, as Linux names them; ``fuse.NAME`` counts as ``NAME``."""
SHARED_FUSE_FILE_SYSTEMS = frozenset({"sshfs", "glusterfs", "rclone", "s3fs", "davfs", "ceph"})


def share_type(folder: Path, mounts: str | None = None) -> str:
    """Return the type of the network share that ``folder`` lies on; "" where it lies on none, or nobody tells.

    ``mounts``: the text of Linux's ``mountinfo``; read from the system where it is not given.
    """
    place = folder.resolve()
    if str(place).startswith("\\\\"):  # \\\\server\\share, Windows's own form
        return "smb"
    if mounts is None:
        try:
            mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return ""
    best, found = -1, ""
    for line in mounts.splitlines():
        before, separator, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if not separator or len(fields) < 5 or not kinds:
            continue
        at = Path(_unescaped(fields[4]))
        if at in (place, *place.parents) and len(at.parts) >= best:  # a later mount lies over an earlier one
            best, found = len(at.parts), kinds[0]
    name = found.removeprefix("fuse.")
    return found if found in SHARED_FILE_SYSTEMS or (name != found and name in SHARED_FUSE_FILE_SYSTEMS) else ""


def _unescaped(text: str) -> str:
    """Spaces and the like are written as three octal digits."""
    for code in ("040", "011", "012", "134"):
        text = text.replace(f"\\{code}", chr(int(code, 8)))
    return text
