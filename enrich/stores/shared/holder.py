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

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PROCESS_NAMESPACE = Path("/proc/self/ns/pid")
_PROCESS_BITS: Final = 22
"""Linux's largest process id; other systems stay far below."""
_MACHINE_BITS: Final = 24
_OWN_BITS: Final = 16


def new_holder() -> int:
    """Return a number for one store of this process: 62 bits of chance, machine and process id."""
    machine = _machine()
    if machine is None:
        machine = secrets.randbits(_MACHINE_BITS)
    process = os.getpid() & ((1 << _PROCESS_BITS) - 1)
    return (secrets.randbits(_OWN_BITS) << _MACHINE_BITS | machine) << _PROCESS_BITS | process


def is_gone(holder: int) -> bool:
    """Return whether ``holder`` was a process of this machine that does not run any more.

    False where nobody can say: a claim that is freed while its call is under way is paid for twice.
    """
    if holder >> _PROCESS_BITS & ((1 << _MACHINE_BITS) - 1) != _machine():
        return False
    try:
        os.kill(holder & ((1 << _PROCESS_BITS) - 1), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it runs, and is another user's
        return False
    return False


def _machine() -> int | None:
    """Return what stands for this machine, boot and PID namespace; None where one of them cannot be told.

    Only within all three a process id means one process: two machines, or two containers on one, have the same ids, and
    a reboot deals them out anew. Other systems than Linux tell neither. The host's name tells apart what was cloned
    while it ran.
    """
    try:
        facts = (socket.gethostname(), BOOT_ID.read_text("ascii"), str(PROCESS_NAMESPACE.readlink()))
    except (OSError, ValueError):
        return None
    digest = hashlib.blake2b("|".join(facts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & ((1 << _MACHINE_BITS) - 1)
