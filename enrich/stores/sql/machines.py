"""Which machines use a store: a file that was copied, or cloned with its machine, is two ledgers of one key."""

from __future__ import annotations

import hashlib
import socket
import uuid
from datetime import datetime
from functools import cache
from pathlib import Path

from enrich.clock import utc
from enrich.stores.sql.part import Part
from enrich.stores.sql.records import reading_rows

MACHINE_ID = Path("/etc/machine-id")
NOTED_EVERY_SECONDS = 3600.0
"""Seconds between two notes of one machine."""


@cache
def this_machine() -> str:
    """Return what tells this machine from others; a digest, since the id itself is nobody's business."""
    try:
        text = MACHINE_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        text = f"{uuid.getnode():x}"
    return hashlib.sha256(f"ioc-enrich {text} {socket.gethostname()}".encode()).hexdigest()[:16]


class Machines(Part):
    """Who uses the store: that part of ``Store``."""

    def note_machine(self) -> None:
        """Remember that this machine uses the store now; written once an hour."""
        now = self.clock.time()
        rows = self.database.rows("SELECT seen FROM machines WHERE machine = ?", (this_machine(),))
        with reading_rows():
            if rows and abs(now - rows[0][0]) < NOTED_EVERY_SECONDS:
                return
        sql = (
            "INSERT INTO machines (machine, host, seen) VALUES (?, ?, ?)"
            " ON CONFLICT (machine) DO UPDATE SET host = excluded.host, seen = excluded.seen"
        )
        with self.database.writing():
            self.database.run(sql, (this_machine(), socket.gethostname(), now))

    def machines(self) -> dict[str, datetime]:
        """Hosts that used it, and when last, the latest first."""
        rows = self.database.rows("SELECT host, seen FROM machines ORDER BY seen")
        with reading_rows():
            return {str(host): utc(seen) for host, seen in rows}
