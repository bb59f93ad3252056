"""One pass over a watched folder: one run a file, and each file where it belongs afterwards, whatever it is."""

from __future__ import annotations

import json
import traceback
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from enrich.cli.console import Session, recorded
from enrich.cli.terminal import print_error, print_line
from enrich.clock import Clock
from enrich.config.settings import Settings
from enrich.errors import (
    ChangedInput,
    EnrichError,
    InputError,
    KeyProblem,
    NotInInput,
    UnfitInput,
    UsageError,
    of_system,
)
from enrich.exit_codes import ANSWERED, BUG, FAILED, GATE, PENDING, UNREAD
from enrich.files.paths import path_text
from enrich.pipeline.inbox import Inbox
from enrich.pipeline.objects import refuse_objects
from enrich.pipeline.outputs import locked
from enrich.pipeline.path_uses import check_inbox, check_uses, uses_of
from enrich.stores import open_store

_RANK = (BUG, KeyProblem.exit_code, UNREAD, GATE, FAILED, PENDING, ANSWERED)
"""The codes that a pass goes on after, the one that it reports first; any other ends it, as does a key without
which nobody answers."""
_OF_THE_FILE = (InputError, UnfitInput, NotInInput)
"""What ends a run because of the file itself: the others of the folder go on."""


def run_inbox(settings: Settings, clock: Clock) -> int:
    """Pass over ``--inbox`` once, and return the worst of the files' exit codes."""
    if settings.output or settings.in_place:
        raise UsageError("--inbox names its outputs itself: leave -o and --in-place out")
    refuse_objects(settings)
    uses = list(uses_of(settings))
    check_uses(uses)
    check_inbox(settings, uses)
    return recorded(settings, clock, lambda session: one_pass(settings, session, clock))


def one_pass(settings: Settings, session: Session, clock: Clock) -> int:
    assert settings.inbox is not None
    with closing(open_store(settings.store_url, clock)) as store, locked([settings.inbox]):
        inbox = Inbox(settings.inbox, settings.out_dir, store)
        inbox.forget_the_gone()
        found = inbox.look()
        for path in found.again:
            session.note("taken_again", level="warning", path=path_text(path))
            print_line(f"note: {path} was written to after it had been taken: it is taken again")
        _tell_of_the_rest(settings, len(found.finished), found.waiting)
        codes = {ANSWERED}
        for path in found.finished:
            if not path.is_symlink() and not path.exists():  # somebody took it away while the others had their turn
                continue
            code = _one(inbox, path, replace(settings, inbox=None), session)
            if code not in _RANK or (code == KeyProblem.exit_code and not session.lacks_a_source):
                return code
            codes.add(code)
    return next(code for code in _RANK if code in codes)


def _one(inbox: Inbox, path: Path, settings: Settings, session: Session) -> int:
    """Run one file, bring it to where it belongs, and return the exit code of its run."""
    try:
        finished = inbox.take(path)
        code = session.run(settings, [path], stem=finished.stem)
    except ChangedInput as error:
        print_error(error)
        print_line(f"{path} stays for the next pass")
        session.failed(error, path)
        return UNREAD
    except _OF_THE_FILE as error:
        print_error(error)
        _reject(inbox, path, error.one_line, session)
        session.failed(error, path)
        return UNREAD
    except EnrichError:
        raise
    except Exception as error:  # one file must not keep all others from their turn, night by night
        ours = of_system(error)
        if ours is not None and not isinstance(ours, InputError):
            raise ours from error  # a full disk behind standard output is nobody's file's fault
        return _stopped_at(inbox, path, error, ours, session)
    if code in (ANSWERED, GATE):
        kept = inbox.done(finished, session.last_sha256)
        if kept is None:
            print_line(f"{path} was changed meanwhile: it stays for the next pass")
        elif not settings.quiet:
            print_line(f"moved to {kept}")
    return code


def _stopped_at(inbox: Inbox, path: Path, error: Exception, ours: EnrichError | None, session: Session) -> int:
    """Reject a file that a bug, or the memory's end (``ours``), stopped at; return the exit code."""
    if ours is not None:
        print_error(ours)
        _reject(inbox, path, ours.one_line, session)
    else:
        traceback.print_exception(error)
        _reject(inbox, path, f"a bug of ioc-enrich stopped at it ({error}): please report it", session)
    session.failed(ours or error, path)
    return BUG if ours is None else UNREAD


def _reject(inbox: Inbox, path: Path, reason: str, session: Session) -> None:
    target = inbox.reject(path, reason)
    print_line(f"moved to {target}, with the reason beside it")
    session.note("rejected", level="error", path=path_text(path), text=reason)


def _tell_of_the_rest(settings: Settings, finished: int, waiting: list[tuple[Path, str]]) -> None:
    """Say that the inbox is empty, or which files are passed by: else nobody knows why nothing came of them."""
    assert settings.inbox is not None
    if finished and not waiting:
        return
    if not settings.quiet:
        if not finished:
            print_line(f"no finished file lies in {settings.inbox}")
        for path, reason in waiting:
            print_line(f"passed by: {path}: {reason}")
    if settings.json:
        passed_by = [{"path": path_text(path), "reason": reason} for path, reason in waiting]
        print(json.dumps({"inbox": path_text(settings.inbox), "files": finished, "passed_by": passed_by}))
