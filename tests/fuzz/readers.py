"""What reads each kind of file, and the errors that it may end with: those of ours that name a bad file, nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from enrich.cli.commands.cache import records_of
from enrich.clock import SystemClock
from enrich.config.load import load
from enrich.config.settings import Settings
from enrich.errors import EnrichError, InputError, KeyProblem, OutputError, ServiceError, StoreError, UsageError
from enrich.exclusions.lists import Exclusions
from enrich.files.gzip import inflate
from enrich.formats import ReadOptions, open_document
from enrich.model.column import Column, Type
from enrich.model.finding import Status
from enrich.model.indicator import Indicator, Target
from enrich.model.row import Added, Addition
from enrich.providers.shared.http import Reply
from enrich.providers.virustotal import errors, quota, report
from enrich.scan import scan_sheet, targets
from enrich.standin import synthetic
from enrich.stores import open_store
from tests.fuzz.seeds import numbered_answer

COLUMNS = (Column("vt_status", "Status", "", Type.STATUS), Column("vt_detections", "Detections", "", Type.RATIO))
ADDED = Added(("found", "5/72"), status=Status.FOUND)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
UNPACKED = 64 << 20


def table(path: Path) -> None:
    """Read, scan, and hand back: the whole way of an input."""
    with closing(open_document(path, ReadOptions(limit=UNPACKED))) as document:
        additions = {}
        for sheet in document.sheets:
            placement = scan_sheet(sheet, document.rows(sheet), declared_header=document.header_row(sheet))
            targets([placement])
            rows = {sighting.row for sighting in placement}
            additions[sheet] = Addition(
                COLUMNS,
                tuple(column.name for column in COLUMNS),
                placement.header_row,
                lambda row, rows=rows: ADDED if row in rows else None,
            )
        if document.can_give_back:
            document.give_back(io.BytesIO(), additions, [])


def answer(path: Path) -> None:
    """A body as the service's report, as its error, and as its word on the quota."""
    body = path.read_bytes()
    asked = Indicator("hash", path.name.partition(".")[0].lower())
    for status in (404, 429, 401, 503):
        problem = errors.refusal(
            Reply(status, {"Retry-After": body[:30].decode("latin-1")}, body), NOW.timestamp(), str
        )
        assert isinstance(problem, EnrichError)
    for read in (lambda: quota.allowance(inflate(body)), lambda: report.found(inflate(body), asked, NOW)):
        try:
            read()
        except ServiceError:
            continue


def store(path: Path) -> None:
    """Open, look, write, export."""
    names = [Indicator("hash", value) for number in range(80) for value in synthetic.hashes(number)]
    with closing(open_store(f"sqlite:///{path}", SystemClock())) as opened:
        for finding in opened.get_many("virustotal", names).values():
            dict(finding.fields)
        opened.bodies("virustotal", names)
        opened.history("virustotal", names)
        opened.info()
        opened.put_many([numbered_answer(70)])
        for _ in opened.export():
            pass


def exported(path: Path) -> None:
    with closing(open_store("memory:", SystemClock())) as opened:
        opened.merge(records_of(path))
        for _ in opened.export():
            pass


def held(path: Path) -> None:
    """As a known-good list or filter, and as a list of what is never sent."""
    wanted = [Target(Indicator("hash", synthetic.hashes(number)[1])) for number in range(60)]
    for settings in (Settings(known_good=(path,)), Settings(never_send=(str(path),))):
        with ExitStack() as stack:
            Exclusions.read(settings, stack).findings(wanted)


def settings(path: Path) -> None:
    load({}, {}, config=path)


READERS: dict[str, tuple[Callable[[Path], None], tuple[type[EnrichError], ...]]] = {
    "table": (table, (InputError, OutputError)),
    "report": (answer, (ServiceError, KeyProblem)),
    "store": (store, (StoreError,)),
    "import": (exported, (InputError, StoreError)),
    "held": (held, (UsageError,)),
    "settings": (settings, (UsageError,)),
}
