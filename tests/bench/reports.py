"""What a page for people costs, against the plainest table that pandas makes of the same rows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd

from enrich.reports import ReportOptions, html
from tests.bench.measure import Figure, Size, paired, seconds
from tests.support import made_results

MOST = 10_000


def figures(size: Size, folder: Path) -> Iterator[Figure]:
    count = min(MOST, size.rows)
    result = made_results.many(count)
    table = pd.DataFrame(
        [
            {"hash": e.finding.indicator.value, "status": e.finding.status} | dict(e.finding.fields)
            for e in result.entries
        ]
    )
    html.render(made_results.result([]), io.BytesIO(), ReportOptions())  # libraries are loaded once

    def page() -> None:
        html.render(result, io.BytesIO(), ReportOptions())

    ours, plain = paired(size.rounds, partial(seconds, page), partial(seconds, table.to_html))
    yield Figure(f"page of {count:,} indicators against to_html", ours / plain, 5, f"{ours:.2f} / {plain:.2f} s")
