"""The error tree. Each error says what happened, can say what to do next, and knows its exit code.

EnrichError (1)
├── UsageError (2)              a flag, setting or combination that makes no sense
│   └── NotInInput (2)          a sheet or column was asked for that an input does not have
├── KeyProblem (5)              no API key, an unusable one, or one that the service refuses
│   ├── ProxyRefused            the proxy refuses the name or password
│   └── SourceLeftOut           some of several sources have no key that they take; the others were asked
├── InputError (6)              an input cannot be read
│   └── ChangedInput            any more: it could when the run began
├── OutputError (7)             an output cannot be written
│   └── UnfitInput (7)          wherever it is written: the input has no room for it, or a name too long
├── StoreError (7)              the store cannot be opened, read or written
└── ServiceError                one call that gave no answer; ends as a FAILED finding, never as an exit
    ├── NotSent                 the request never left (connection refused, no route): costs nothing
    │   └── Unreachable         and no retry within seconds mends it: its name
    │       └── Untrusted       nor any: its certificate
    ├── Transient               worth another try: 5xx, 424, time-out, reset, a broken or foreign body
    ├── Refused                 not worth another try: 400 and whatever else is final for this indicator
    └── Throttled               429; carries the wait that the service asked for, if it did
Interrupted                     a signal, while nothing was begun that could be lost
QuotaSpent                      no further call may be made now: day, month, budget or time ran out; not an error
"""

from __future__ import annotations

import errno
import re
from datetime import datetime
from signal import SIGINT, SIGTERM, Signals

_KEY = re.compile(r"(?<![\w./\\-])[0-9A-Fa-f]{64}(?![\w./\\-])")
"""What stands alone and may be a key: in a path or before a suffix it is rather a file's name."""


def hide_keys(text: str) -> str:
    """Return ``text`` without what may be a key that was given as an option, or in place of a file's name."""
    return _KEY.sub("[64 digits]", text)


class EnrichError(Exception):
    """Base of all errors of ours. ``str(error)`` is one sentence; ``hint`` is what to do about it, or empty.

    A traceback, as in a notebook, shows the hint below the error: it is the exception's note too. Neither holds a key.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(hide_keys(message))
        self.hint = hint

    @property
    def hint(self) -> str:
        return self._hint

    @hint.setter
    def hint(self, words: str) -> None:
        self._hint = hide_keys(words)
        self.__notes__ = [self._hint] if words else []

    @property
    def one_line(self) -> str:
        """What happened and what to do about it, on one line."""
        return f"{self}; {self.hint}" if self.hint else str(self)


def reason_of(error: Exception) -> str:
    """Return why a file could not be read, in words for people: a decoder's own say more of Python than of the file."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, UnicodeError):
        return "it is not text in UTF-8"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if "int_max_str_digits" in str(error):
        return "a number in it has thousands of digits"
    return str(error)


class UsageError(EnrichError):
    exit_code = 2


class NotInInput(UsageError):
    """A sheet or column was asked for that an input does not have."""


class KeyProblem(EnrichError):
    exit_code = 5

    @property
    def ends_with(self) -> str:
        """Why a run that meets it asks nothing more."""
        return f"the service refused the key: {self}"


class ProxyRefused(KeyProblem):
    """HTTP 407 of the proxy. Asked again with the same password, it locks the account."""

    @property
    def ends_with(self) -> str:
        return str(self)


class SourceLeftOut(KeyProblem):
    """Of several sources some were not asked, or not to the end, for want of a key; what the others said is written."""


class InputError(EnrichError):
    exit_code = 6


class ChangedInput(InputError):
    """It was read, and somebody emptied it or wrote half of it while lookups ran: it may be whole the next time."""


class OutputError(EnrichError):
    exit_code = 7


class UnfitInput(OutputError):
    """The input cannot take our columns, whatever the path of the output."""


class StoreError(EnrichError):
    exit_code = 7


class ServiceError(EnrichError):
    """One call that gave no answer."""

    exit_code = 4


class NotSent(ServiceError):
    """The request never arrived: no quota was spent."""


class Unreachable(NotSent):
    """A retry within seconds does not help; the whole run shares the reason."""


class Untrusted(Unreachable):
    """Its certificate is not that of who was asked, or of nobody who is trusted here."""


class Transient(ServiceError):
    """Worth another try."""


class Refused(ServiceError):
    """Final for this indicator."""


class Throttled(ServiceError):
    """HTTP 429. ``retry_at`` is when the service said to come back (UTC), None where it did not say.

    ``own``: the service itself said so; a page of whoever stands between holds nobody else back.
    """

    def __init__(self, message: str, *, retry_at: datetime | None = None, own: bool = True, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.retry_at = retry_at
        self.own = own


class QuotaSpent(Exception):
    """No further call may be made now. ``reason`` is a sentence; ``resets`` is when calls are free again (UTC).

    ``limit`` is what ran out: ``day``, ``month``, ``budget`` or ``time``.
    """

    def __init__(self, reason: str, *, resets: datetime | None = None, limit: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.resets = resets
        self.limit = limit


_SHORT_OF = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT)
"""What a machine runs short of, whichever file it is met at."""


def of_system(error: BaseException) -> EnrichError | None:
    """Return our error for one of the operating system's that names no file, or says what the machine is short of; None
    for any other.

    Every file that is written has words of its own: this was our output, or a disk that fails while it is read.
    """
    if isinstance(error, MemoryError):
        return InputError("an input needs more memory than this run may have", hint="give it more, or cut the input")
    if not isinstance(error, OSError):
        return None
    if error.errno in _SHORT_OF and error.filename is not None:
        return OutputError(f"{error.filename} cannot be used: {error.strerror}", hint="no answer is lost: run it again")
    if error.filename is not None:
        return None
    if error.errno == errno.EIO:
        return InputError(f"an input cannot be read: {error.strerror}")
    return OutputError(f"standard output cannot be written: {error.strerror}")


WORK_BOUND = 4.0
"""Seconds that work may go on after a signal; one more is left to put away what it had open, and 5 are promised."""


class Interrupted(KeyboardInterrupt):
    """The command ends where it stands. ``exit_code`` is 128 and the signal's number, as shells have it."""

    def __init__(self, number: int, words: str = "") -> None:
        """``words`` say what was not done for it."""
        word = {SIGINT: "interrupted", SIGTERM: "terminated"}.get(Signals(number), "hung up")
        super().__init__(f"{word}: {words}" if words else word)
        self.exit_code = 128 + number
