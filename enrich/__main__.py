"""``python -m enrich`` and the ``enrich`` command."""

from __future__ import annotations

import sys

from enrich.cli import main


def entry() -> None:
    """The console script."""
    sys.exit(main())


if __name__ == "__main__":
    entry()
