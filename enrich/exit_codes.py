"""Exit codes: what happened, in one number. The error tree has those of errors; here are the others and the order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from signal import SIGINT

from enrich.errors import WORK_BOUND, EnrichError, InputError, Interrupted, of_system
from enrich.model.file_counts import FileCounts
from enrich.model.finding import Status
from enrich.model.result import Totals
from enrich.model.verdict import Verdict

ANSWERED = 0
BUG = 1
PENDING = 3
FAILED = 4
UNREAD = InputError.exit_code
GATE = 10

MEANINGS = {
    "0": "every indicator has an answer",
    "1": "a bug; the traceback says how to report it",
    "2": "usage",
    "3": "written, with pending rows: quota, budget or time ran out; run again to go on",
    "4": "written, with failed rows: a source kept failing, or said what cannot be read; run again to retry",
    "5": "the key of a source is missing or was refused, or the proxy's password was; all that was answered stands",
    "6": "an input cannot be read, or no input holds an indicator",
    "7": "an output or the store cannot be written",
    "10": "the --fail-on gate tripped",
    "129, 130, 143": (
        "terminal closed, interrupted, terminated; what was answered is stored; outputs that take longer than "
        f"{WORK_BOUND:.0f} s to write are left as they were"
    ),
}
"""What each exit code means, for ``--help`` and README."""


GATES: dict[str, Callable[[FileCounts], bool]] = {
    "malicious": lambda counts: Verdict.MALICIOUS in counts.said,
    "suspicious": lambda counts: not counts.said.isdisjoint((Verdict.MALICIOUS, Verdict.SUSPICIOUS)),
    "unknown": lambda counts: Verdict.UNKNOWN in counts.said,
    "change": lambda counts: counts.has_news,
}
"""What ``--fail-on`` may name, and whether it applies to what was found: malicious ones trip ``suspicious`` as well."""


def code_of(error: BaseException) -> int:
    """Return the exit code of a command that ``error`` ended."""
    if isinstance(error, BrokenPipeError):  # whoever read our output has seen enough
        return ANSWERED
    if isinstance(error, EnrichError | Interrupted):
        return error.exit_code
    if (ours := of_system(error)) is not None:
        return ours.exit_code
    return 128 + SIGINT if isinstance(error, KeyboardInterrupt) else BUG


def exit_code(
    totals: Totals,
    counts: FileCounts,
    gates: Sequence[str],
    *,
    signal_code: int | None = None,
    problem: EnrichError | None = None,
    unread: bool = False,
    cut_short: bool = False,
) -> int:
    """Return the code of a run whose outputs are written.

    A signal outranks an error, an error the gate, and the gate what is pending or failed: a pipeline that looks for
    malicious files must hear of one even where the quota ran out after it. ``cut_short``: stale answers were shown
    because the asking stopped early. A row shows its worst indicator: what is open may stand behind a detection.
    """
    ends = counts.ends
    ranked = (
        (signal_code is not None, signal_code),
        (problem is not None, problem.exit_code if problem is not None else BUG),
        (unread, UNREAD),
        (any(GATES[gate](counts) for gate in gates), GATE),
        (totals.failed > 0 or Status.FAILED in ends, FAILED),
        (totals.pending > 0 or Status.PENDING in ends or cut_short, PENDING),
    )
    return next((code for holds, code in ranked if holds and code is not None), ANSWERED)
