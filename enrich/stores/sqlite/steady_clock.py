"""A time scale for permits that no setting of the clock can move: shared by processes, kept over restarts.

While the machine runs, elapsed time is the monotonic clock's, which all its processes share; over a reboot it is the
wall clock's, never less than nothing. So an hour forward frees no permit early and an hour back holds none for long.
"""

from __future__ import annotations

from enrich.clock import Clock
from enrich.stores.shared.holder import BOOT_ID
from enrich.stores.sql.database import Database
from enrich.stores.sql.records import reading_rows


class Steady:
    """The scale of one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        try:
            self._boot = BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:  # elsewhere than on Linux a reboot shows in a monotonic clock that began anew
            self._boot = ""

    def now(self) -> float:
        """Return seconds on the steady scale. Inside a transaction."""
        rows = self._database.rows("SELECT steady, wall, monotonic, boot FROM ticks")
        if not rows:
            return 0.0
        with reading_rows():
            steady, wall, monotonic, boot = rows[0]
            elapsed = self._clock.monotonic() - monotonic
            # After a reboot the monotonic clock began anew, and the wall clock is all that there is. One that was set
            # back says that less than no time went by: then none did, and places are held longer, never freed early.
            if boot != self._boot or elapsed < 0:
                elapsed = max(0.0, self._clock.time() - wall)
            return float(steady + elapsed)

    def keep(self, now: float) -> None:
        """Anchor the scale: ``now`` is the present. Whoever stores a time on the scale calls this with it."""
        values = (now, self._clock.time(), self._clock.monotonic(), self._boot)
        self._database.run("REPLACE INTO ticks VALUES (1, ?, ?, ?, ?)", values)
