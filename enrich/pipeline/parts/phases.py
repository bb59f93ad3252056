"""One run in parts as it goes on: what is scanned, asked and written by now, and what it all comes to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from enrich.clock import Clock, utc
from enrich.config.settings import Settings
from enrich.errors import EnrichError, InputError
from enrich.files.paths import path_text
from enrich.model.event import Event, EventKind, Listener
from enrich.model.file_counts import FileCounts
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.result import Result, one_entry_a_file
from enrich.pipeline import changes
from enrich.pipeline.ask import Resolution
from enrich.pipeline.assemble import result_of
from enrich.pipeline.kept_answers import check_kept
from enrich.pipeline.outputs import Planned
from enrich.pipeline.parts.answer_file import WrittenAnswers
from enrich.pipeline.parts.dispatch import dispatch_jobs
from enrich.pipeline.parts.jobs import Joining, PartChanged, Scanning, extract, join
from enrich.pipeline.parts.look_up import LookUp
from enrich.pipeline.parts.part_names import PartNames
from enrich.pipeline.parts.public_settings import public
from enrich.pipeline.parts.slices import SLICE_SIZE, Share, assembled, shares, stands
from enrich.pipeline.parts.state_folder import Extract, Joined, PartFolder
from enrich.pipeline.parts.totals import StoredEntries, combine_parts, entries_by_indicator, renamed, unwritten
from enrich.signals import Interrupt


@dataclass(slots=True)
class PartRun:
    """What one run in parts comes to, phase by phase. Parts are named by their absolute paths."""

    settings: Settings
    given: dict[Path, Path]
    """Each part, and how the user named it."""
    folder: PartFolder
    began: datetime
    scans: dict[Path, Extract] = field(default_factory=dict)
    unread: dict[Path, InputError] = field(default_factory=dict)
    joined: dict[Path, Joined] = field(default_factory=dict)
    failed: dict[Path, EnrichError] = field(default_factory=dict)
    looked_up: LookUp = field(init=False)
    """What the second phase came to."""
    placed: bool = False
    """Whether a report wants to know where the worst stand."""
    warnings: dict[str, None] = field(default_factory=dict)

    def scan(self, parts: Sequence[Path]) -> None:
        """Scan the parts: the first phase. Raises ``InputError`` where no part can be read."""
        known = public(self.settings)
        size = 0 if self.settings.only_answers else SLICE_SIZE
        jobs = {part: Scanning(known, part, self.folder, size) for part in parts}
        done, failed = dispatch_jobs(self.settings, extract, jobs)
        self.scans |= done
        for part, error in failed.items():
            if not isinstance(error, InputError):
                raise error
            self.scans.pop(part, None)
            self.unread[part] = InputError(str(error).replace(str(part), str(self.given[part])), hint=error.hint)
        if not self.scans:
            raise next(iter(self.unread.values()), InputError("no part was named"))
        self.warnings |= dict.fromkeys(self._uncut())

    def _uncut(self) -> Iterator[str]:
        """Says of large parts that other workers might have shared why they do not."""
        if self.settings.only_answers or len(self.scans) >= (self.settings.workers or os.cpu_count() or 1):
            return
        for part, scan in self.scans.items():
            if not scan.slices and part.stat().st_size > 2 * SLICE_SIZE:
                yield (
                    f"{self.given[part]}: one worker does all of it, as only CSV, TSV and JSON lines are cut, "
                    "where they are neither packed nor in UTF-16"
                )

    @property
    def parts(self) -> list[Path]:
        """Those that have something to ask about, in order. Raises ``InputError`` where none has."""
        parts = [part for part in self.given if part in self.scans and self.scans[part].asks_something]
        if not parts:
            for part in self.scans:
                self.folder.forget(part)
            raise InputError(
                "no hash was found in any part; nothing was written", hint="`enrich scan` shows what is seen"
            )
        for part, scan in self.scans.items():
            if not scan.asks_something:
                self.warnings[f"{self.given[part]}: no hash was found; nothing was written for it"] = None
        return parts

    @property
    def counts(self) -> FileCounts:
        return self.looked_up.counts

    def lists(self) -> changes.Lists:
        """Return what each part holds, by the name that it is remembered under: read whenever somebody looks."""
        parts = self.parts
        names = {part: changes.remembered_as(self.given[part], self.settings.list, len(parts)) for part in parts}
        return {
            changes.list_of(name, kind): PartNames(self.folder, part, kind)
            for part, name in names.items()
            for kind in self.settings.kinds
        }

    def written(self, answers: Resolution) -> WrittenAnswers:
        return WrittenAnswers(self.folder.answers, public(self.settings), answers.services)

    def join(self, sheets: Mapping[Path, Planned], answers: Resolution, digest: str, listener: Listener) -> list[Path]:
        """Return the third phase: write every part that does not stand yet. Returns those that changed since their
        scan.

        ``digest`` is that of the file of answers.
        """
        known, jobs = public(self.settings), list[Joining]()
        for part, output in sheets.items():
            place = replace(output, path=output.path.resolve(), input_index=0)
            job = Joining(known, part, place, self.folder, answers.services, digest, self.began, self.placed)
            if (before := stands(self.scans[part], job)) is not None:
                self.joined[part] = before
                continue
            listener(Event(EventKind.WRITING, text=str(output.path)))
            jobs.append(job)
        errors = self._write(jobs, answers)
        self.failed |= {part: error for part, error in errors.items() if not isinstance(error, PartChanged)}
        for part, output in sheets.items():
            if part in self.joined:
                self.joined[part] = renamed(self.joined[part], path_text(self.given[part]), path_text(output.path))
        return [part for part, error in errors.items() if isinstance(error, PartChanged)]

    def _write(self, jobs: Sequence[Joining], answers: Resolution) -> dict[Path, EnrichError]:
        """Write these parts, those that are cut slice by slice; what kept some of them from being written."""
        errors: dict[Path, EnrichError] = {}
        done: dict[Share, Joined] = {}
        left: dict[Share, Joining] = {}
        for job in jobs:
            scan = self.scans[job.path]
            try:
                if scan.slices and Status.PENDING in self.counts.ends:  # none of the slices is what stands there
                    check_kept([job.output], self._findings(job.path, answers), answers.columns, self.settings)
            except EnrichError as error:
                errors[job.path] = error
                continue
            for one in shares(scan, job):
                before = stands(scan, one) if scan.slices else None
                left[Share(job.path, one.index)] = one
                if before is not None:
                    done[Share(job.path, one.index)] = before
        written, failed = dispatch_jobs(
            self.settings, join, {share: left[share] for share in left if share not in done}
        )
        done |= written
        errors |= {share.part: error for share, error in failed.items()}
        errors |= {share.part: error for share, error in failed.items() if isinstance(error, PartChanged)}
        for job in jobs:
            scan = self.scans[job.path]
            if job.path in errors:
                continue
            try:
                own = [done[Share(job.path, one.index)] for one in shares(scan, job)]
                self.joined[job.path] = assembled(scan, job, own) if scan.slices else own[0]
            except EnrichError as error:
                errors[job.path] = error
        return errors

    def _findings(self, part: Path, answers: Resolution) -> Mapping[Indicator, Finding]:
        targets = list(self.folder.targets_of(part).targets())
        return self.written(answers).of(targets).lead.findings

    def result(
        self,
        sheets: Mapping[Path, Planned],
        answers: Resolution,
        interrupt: Interrupt,
        problem: EnrichError | None,
        clock: Clock,
    ) -> Result:
        settings, written = self.settings, self.written(answers)
        done = [self.joined[part] for part in self.parts if part in self.joined]
        if not sheets:
            targets, statuses = self.looked_up.targets, self.looked_up.statuses
            done = [
                unwritten(
                    *(self.scans[part], path_text(self.given[part]), self.folder.targets_of(part)),
                    *(targets, statuses, written),
                )
                for part in self.parts
            ]
        entries = StoredEntries(self.looked_up.targets, written, entries_by_indicator(enumerate(done)))
        self.counts.add_names(entries.unasked)
        self.counts.add_files(one_entry_a_file(entries.unasked))
        return result_of(
            *(answers, self.counts, settings, interrupt),
            problem=problem,
            unread=bool(self.unread),
            started=self.began,
            ended=utc(clock.time()),
            sources=tuple(part.source for part in done),
            outputs=tuple(output for part in done for output in part.outputs),
            entries=tuple(entries) if self.placed else entries,
            **combine_parts(self.counts, answers.lead.facts, done),
        )
