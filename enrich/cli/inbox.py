"""One pass over a watched folder: one run a file, and each file where it belongs afterwards."""

from __future__ import annotations

from dataclasses import replace

from enrich.cli.console import Session, recorded
from enrich.cli.terminal import print_error, print_line
from enrich.clock import Clock
from enrich.config.settings import Settings
from enrich.errors import InputError, UsageError
from enrich.exit_codes import ANSWERED, FAILED, GATE, PENDING, UNREAD
from enrich.files.paths import path_text
from enrich.pipeline.inbox import Inbox
from enrich.pipeline.outputs import locked
from enrich.pipeline.path_uses import check_inbox, check_uses, uses_of

_RANK = (UNREAD, GATE, FAILED, PENDING, ANSWERED)
"""The codes that a pass goes on after, the one that it reports first; any other ends it."""


def run_inbox(settings: Settings, clock: Clock) -> int:
    """One pass over ``--inbox``. The worst of the files' exit codes counts."""
    if settings.output or settings.in_place:
        raise UsageError("--inbox names its outputs itself: leave -o and --in-place out")
    uses = list(uses_of(settings))
    check_uses(uses)
    check_inbox(settings, uses)
    return recorded(settings, clock, lambda session: one_pass(settings, session))


def one_pass(settings: Settings, session: Session) -> int:
    """Take every finished file."""
    assert settings.inbox is not None
    inbox = Inbox(settings.inbox, settings.out_dir)
    single = replace(settings, inbox=None)
    codes = {ANSWERED}
    with locked([inbox.folder]):
        inbox.forget_the_gone()
        for path in inbox.finished():
            if not path.exists():  # somebody took it away while the others had their turn
                continue
            try:
                taken = inbox.take(path)
                code = session.run(single, [path], stem=taken.stem)
            except InputError as error:
                print_error(error)
                target = inbox.reject(path, f"{error}\n{error.hint}".strip())
                print_line(f"moved to {target}, with the reason beside it")
                session.note("rejected", level="error", path=path_text(path), text=str(error))
                codes.add(UNREAD)
                continue
            if code not in _RANK:
                return code
            codes.add(code)
            if code in (ANSWERED, GATE):
                kept = inbox.done(taken)
                if kept is None:
                    print_line(f"{path} was changed meanwhile: it stays for the next pass")
                elif not settings.quiet:
                    print_line(f"moved to {kept}")
    return next(code for code in _RANK if code in codes)
