"""The two sheets of ours that a workbook gains: ``VirusTotal``, every indicator on its own line, and ``Summary``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from enrich.digest import files, verdicts
from enrich.join import Joiner, badness
from enrich.model import Added, Column, Scalar, Status, Tone, Type
from enrich.page import Page
from enrich.result import Remark, Result
from enrich.tally import address

LIST_TITLE = "VirusTotal"
SUMMARY_TITLE = "Summary"
STAND_IN = "These answers came from {address}, not from www.virustotal.com: not VirusTotal's word."
STAND_IN_NOTE = "stand-in answer, not VirusTotal's word"

_HEAD = (
    Column("indicator", "Indicator", "the hash as it is asked, or the damaged text as it stands", width=66),
    Column("where", "First place", "the first cell that holds it", width=20),
    Column("cells", "Cells", "in how many cells it stands", Type.INTEGER, width=7),
)


def banner(result: Result) -> tuple[str, ...]:
    """What must stand above everything where the answers are not VirusTotal's own."""
    return (STAND_IN.format(address=result.service.address),) if result.service.stand_in else ()


def list_page(result: Result, joiner: Joiner, columns: Sequence[Column], *, changes_only: bool = False) -> Page:
    """Every unique indicator, worst first, then what is damaged, then what was left out with its reason."""
    names = [PurePath(source.path).name for source in result.sources]

    def rows() -> Iterator[Added]:
        for entry in sorted(result.entries, key=lambda entry: badness(entry.finding), reverse=True):
            if changes_only and not entry.change:
                continue
            added = joiner.line(entry.finding)
            head: tuple[Scalar, ...] = (entry.finding.indicator.value, address(entry.places[0], names), entry.cells)
            yield Added(head + added.values, added.tone, added.status)
        for kind in ("damaged", "left_out"):
            for remark in result.remarks:
                if remark.kind == kind:
                    yield _remark_line(remark, names, columns)

    return Page(LIST_TITLE, (*_HEAD, *columns), rows(), intro=banner(result))


def _remark_line(remark: Remark, names: Sequence[str], columns: Sequence[Column]) -> Added:
    status = Status.INVALID.value if remark.kind == "damaged" else remark.kind
    words = {"status": status, "note": remark.text}
    cells = [words.get(column.name.partition("_")[2]) for column in columns]
    head: tuple[Scalar, ...] = (remark.value, address(remark.place, names), 1)
    return Added(head + tuple(cells), Tone.OPEN if remark.kind == "damaged" else Tone.PLAIN, Status.INVALID)


def summary_page(result: Result) -> Page:
    """The run in numbers, and how they came about."""
    columns = (
        Column("what", "What", "", width=34),
        Column("value", "Value", "", width=70),
    )
    return Page(SUMMARY_TITLE, columns, _summary_rows(result), intro=banner(result))


def _summary_rows(result: Result) -> Iterator[Added]:
    counts = verdicts(files(result))
    totals = result.totals
    lines: list[tuple[str, Scalar, Tone]] = [
        ("Malicious files (5 engines or more)", counts[Tone.MALICIOUS], Tone.MALICIOUS),
        ("Suspicious files (1 to 4 engines)", counts[Tone.SUSPICIOUS], Tone.SUSPICIOUS),
        ("Unknown to VirusTotal: rare, not clean", counts[Tone.UNKNOWN], Tone.UNKNOWN),
        ("No detection", counts[Tone.CLEAN], Tone.CLEAN),
        ("Not answered yet", counts[Tone.OPEN], Tone.OPEN),
        ("Damaged values", sum(remark.kind == "damaged" for remark in result.remarks), Tone.OPEN),
        ("Left out: shaped like a hash, not a file's", sum(r.kind == "left_out" for r in result.remarks), Tone.PLAIN),
        ("Contradicting rows", sum(remark.kind == "contradiction" for remark in result.remarks), Tone.PLAIN),
        ("Rows", totals.rows, Tone.PLAIN),
        ("Cells with indicators", totals.cells, Tone.PLAIN),
        ("Unique files", totals.unique, Tone.PLAIN),
        ("Answered from the store", totals.from_store, Tone.PLAIN),
        ("Calls spent", totals.calls, Tone.PLAIN),
    ]
    if result.stopped:
        lines.append(("Stopped early", result.stopped, Tone.OPEN))
    lines += [(f"Input {PurePath(s.path).name}, SHA-256", s.sha256, Tone.PLAIN) for s in result.sources]
    lines += [
        ("Service", result.service.address, Tone.PLAIN),
        ("Key fingerprint", result.service.key_fingerprint, Tone.PLAIN),
        ("Started, UTC", f"{result.started:%Y-%m-%d %H:%M:%S}", Tone.PLAIN),
        ("Ended, UTC", f"{result.ended:%Y-%m-%d %H:%M:%S}", Tone.PLAIN),
        ("Tool", f"ioc-enrich {result.version}", Tone.PLAIN),
        ("How to read it", "Detections are engines' opinions at a date. No detection does not mean clean.", Tone.PLAIN),
    ]
    for words, value, colour in lines:
        shown = colour if isinstance(value, str) or value else Tone.PLAIN
        yield Added((words, value), shown)
