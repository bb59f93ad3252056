"""The tool in a process forked from this one, where all is imported: two hundred starts in the time of ten."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass

from enrich.cli.main import main
from tests.soak.tool import KEY, Job


@dataclass(frozen=True, slots=True)
class Forked:
    """A running tool. ``kill`` says whether it was still at work; ``wait`` gives its exit code."""

    pid: int

    def kill(self) -> bool:
        os.kill(self.pid, signal.SIGKILL)
        return os.WIFSIGNALED(os.waitpid(self.pid, 0)[1])

    def wait(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def forked(job: Job, *more: str) -> Forked:
    """Starts ``enrich run`` as ``job`` says, from the memory of this process."""
    arguments = job.command(*more)[3:]
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return Forked(pid)
    try:
        os.environ["VT_API_KEY"] = KEY
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os._exit(main(arguments))
    finally:
        os._exit(99)


def warm_up(job: Job) -> None:
    """Import what a run imports, by a run: what it leaves behind is memory alone."""
    os.environ["VT_API_KEY"] = KEY
    main(job.command("--budget", "1")[3:])
