"""One numbered case: which file, how it is broken, and how reading it ended. The seed and the number say it all."""

from __future__ import annotations

import signal
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.fuzz.mutate import mutated
from tests.fuzz.readers import READERS
from tests.fuzz.seeds import Seed


class Hang(BaseException):
    """The alarm; not an ``Exception``, so that nothing swallows it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``fault`` is "" where all went well, else the first line of what went wrong; ``place`` groups equal ones."""

    read: bool
    fault: str = ""
    place: str = ""
    trace: str = ""


def made(seeds: Sequence[Seed], run: int, number: int) -> tuple[Seed, bytes]:
    """The file of case ``number``. Every reader gets its turn, however many seeds it has."""
    chance = Random(f"{run}/{number}")
    reader = chance.choices(list(READERS), weights=[10, 3, 2, 1, 1, 1])[0]
    seed = chance.choice([seed for seed in seeds if seed.reader == reader])
    return seed, mutated(seed.data, chance)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_number: int, _frame: object) -> None:
        raise Hang(f"took longer than {seconds:.0f} s of the processor")

    # of the processor, not of the wall: beside other work the same file takes four times as long
    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def tried(seed: Seed, data: bytes, folder: Path, seconds: float) -> Verdict:
    """Read one file. Warnings count as faults: a library that warns about a file prints into the user's terminal."""
    path = folder / seed.name
    path.write_bytes(data)
    read, allowed = READERS[seed.reader]
    try:
        with _alarm(seconds), warnings.catch_warnings():
            warnings.simplefilter("error")
            read(path)
    except allowed as error:
        return Verdict(read=False) if str(error).strip() else Verdict(False, "an error without words", seed.reader)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic in a compiled reader is no Exception
        frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        ours = [frame for frame in frames if "/enrich/" in frame]
        text = f"{type(error).__name__}: {str(error)[:200]}"
        return Verdict(False, text, f"{type(error).__name__} {(ours or frames)[-1]}", traceback.format_exc())
    finally:
        for left in folder.iterdir():
            left.unlink()
    return Verdict(read=True)
