"""What a run in parts writes besides the parts: the table of answers alone, and the reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from enrich.config.settings import Settings
from enrich.files.atomic import Staged, commit_all
from enrich.files.paths import path_text
from enrich.files.streams import Streamed
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Target
from enrich.model.result import Output, Result
from enrich.model.row import Added
from enrich.pipeline.assemble import make_joiner
from enrich.pipeline.outputs import Planned
from enrich.pipeline.parts.answer_file import WrittenAnswers
from enrich.pipeline.render import write_combined


def write_others(
    planned: Sequence[Planned], result: Result, answers: WrittenAnswers, settings: Settings, parts: Sequence[Path]
) -> tuple[list[Output], list[str]]:
    """Write what is planned over all parts; what stands there now, and what the user should hear.

    Every report gets the same document, with the parts' digests and the others by name: none can hold its own. Nobody
    may read what is written who may not read all ``parts``.
    """
    others = [output for output in planned if output.input_index is None]
    named = replace(result, outputs=(*result.outputs, *(Output(path_text(output.path), "") for output in others)))
    warnings: list[str] = []
    staged: list[Staged | Streamed] = []
    written: list[Output] = []
    try:
        for output in others:
            target = Streamed(output.path) if output.is_stream else Staged(output.path, like=parts)
            staged.append(target)
            lines = partial(_lines, answers)
            warnings += write_combined(output, target.file, named, lines, result.columns, settings)
            if isinstance(target, Streamed):
                target.skip_mark()
            written.append(Output(path_text(output.path), target.finish()))
        warnings += commit_all(staged)
    finally:
        for target in staged:
            target.discard()
    return written, warnings


def _lines(answers: WrittenAnswers, findings: Sequence[Finding]) -> list[Added]:
    """Return the cells of some indicators, of what is written of them."""
    # nobody was asked about what is trivial by itself, so that no answer is written of it
    asked = [Target(finding.indicator) for finding in findings if finding.status is not Status.TRIVIAL]
    joiner = make_joiner(answers.of(asked))
    return joiner.lines(findings)
