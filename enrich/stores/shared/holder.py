"""Who holds a claim: a number that tells a process of this machine from all others, and whether that still runs.

Claims of a process that was killed lapse after a while; one that is known to be gone need not be waited for.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from pathlib import Path
from typing import Final

_PROCESS_BITS: Final = 22
"""Linux's largest process id; other systems stay far below."""
_MACHINE_BITS: Final = 24
_OWN_BITS: Final = 16


def new_holder() -> int:
    """Return a number for one store of this process: 62 bits of chance, machine and process id."""
    process = os.getpid() & ((1 << _PROCESS_BITS) - 1)
    return (secrets.randbits(_OWN_BITS) << _MACHINE_BITS | _machine()) << _PROCESS_BITS | process


def is_gone(holder: int) -> bool:
    """Return whether ``holder`` was a process of this machine that does not run any more; False where nobody
    can say.
    """
    if holder >> _PROCESS_BITS & ((1 << _MACHINE_BITS) - 1) != _machine() or os.name == "nt":
        return False
    try:
        os.kill(holder & ((1 << _PROCESS_BITS) - 1), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it runs, and is another user's
        return False
    return False


def _machine() -> int:
    """Return a process id means the same only within one boot and, in containers, one namespace."""
    facts = [socket.gethostname()]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        try:
            facts.append(str(Path(path).readlink()) if path.endswith("pid") else Path(path).read_text("ascii"))
        except OSError:
            facts.append("")
    digest = hashlib.blake2b("|".join(facts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & ((1 << _MACHINE_BITS) - 1)
