"""Long runs against the stand-in: kills, faults, several processes, a full disk. ``make soak``; not collected by pytest."""
