"""What a run in parts writes besides the parts: the table of answers alone, and the reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from enrich.config.settings import Settings
from enrich.files.atomic import Staged
from enrich.files.paths import path_text
from enrich.files.streams import Streamed
from enrich.model.result import Output, Result
from enrich.pipeline.assemble import make_joiner
from enrich.pipeline.outputs import Planned
from enrich.pipeline.render import write_combined
from enrich.pipeline.resolve import Resolution


def write_others(
    planned: Sequence[Planned], result: Result, answers: Resolution, settings: Settings, parts: Sequence[Path]
) -> tuple[list[Output], list[str]]:
    """Write what is planned over all parts; what stands there now, and what the user should hear.

    Every report gets the same document, with the parts' digests and the others by name: none can hold its own. Nobody
    may read what is written who may not read all ``parts``.
    """
    others = [output for output in planned if output.source is None]
    named = replace(result, outputs=(*result.outputs, *(Output(path_text(output.path), "") for output in others)))
    warnings: list[str] = []
    staged: list[Staged | Streamed] = []
    written: list[Output] = []
    try:
        for output in others:
            target = Streamed(output.path) if output.is_stream else Staged(output.path, like=parts)
            staged.append(target)
            warnings += write_combined(output, target.file, named, make_joiner(answers), answers.columns, settings)
            written.append(Output(path_text(output.path), target.finish()))
        for target in staged:
            target.commit()
    finally:
        for target in staged:
            target.discard()
    return written, warnings
