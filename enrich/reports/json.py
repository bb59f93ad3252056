"""JSON: the whole result document, from which every other form can be rendered later and elsewhere."""

from __future__ import annotations

from typing import BinaryIO

from enrich.model.result import Result
from enrich.reports.shared.document import dumps
from enrich.reports.shared.options import ReportOptions

SUFFIXES = (".json",)
HELP = "the whole result, from which `enrich report` renders the others later, with no key and no store"
NEEDS: tuple[str, ...] = ()


def render(result: Result, target: BinaryIO, options: ReportOptions) -> None:  # noqa: ARG001 - as its sisters
    """Write ``result.json``; data has no language and no zone."""
    target.write(dumps(result))
