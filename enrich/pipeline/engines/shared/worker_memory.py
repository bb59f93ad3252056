"""How a worker's process holds the memory that it has freed."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache

_ARROW = "ARROW_DEFAULT_MEMORY_POOL"
_KEPT = 1 << 30
"""Bytes that a process keeps of what it has freed, at most."""
_LARGEST_KEPT = 32 << 20
"""Bytes of a block that is kept, at most: larger ones, of which a part has few, would leave holes that nothing fits."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Of glibc's ``mallopt``."""


@cache
def keep_freed_memory() -> None:
    """Have this process keep what one column leaves, as the next one takes it again: given back, it costs Parquet a
    fifth of the time or more. Once for each process; where Arrow or the C library offer no such thing, nothing is done.
    """
    if _ARROW not in os.environ:
        os.environ[_ARROW] = "system"  # for whoever loads it later; its own pool gives back at once
        if (arrow := sys.modules.get("pyarrow")) is not None:
            arrow.set_memory_pool(arrow.system_memory_pool())
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(_TRIM_THRESHOLD, _KEPT)
        mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT)
