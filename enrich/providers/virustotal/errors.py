"""From a status that is no report to the error that says so. A proxy's page is never taken for VirusTotal's word.

Status and codes: https://docs.virustotal.com/reference/errors
"""

from __future__ import annotations

import re
from collections.abc import Callable

from enrich.errors import EnrichError, KeyProblem, Refused, Throttled, Transient
from enrich.model.indicator import OF_FILES
from enrich.providers.shared.failures import ASK_FOR_PROXY
from enrich.providers.shared.http import Reply
from enrich.providers.shared.retry_after import retry_at
from enrich.providers.virustotal import key
from enrich.providers.virustotal.schema import FileBody, Problem, read
from enrich.visible import visible

LONGEST_TEXT = 300
RETRIED = frozenset({408, 424, 425})


def problem(reply: Reply) -> Problem | None:
    """VirusTotal's own error body, or None where somebody else speaks."""
    try:
        error = read(reply.body().read, FileBody).error
    except Transient:
        return None
    return error if error is not None and error.code else None


def not_found(reply: Reply) -> str | None:
    """Return the words of VirusTotal's own "not found"; None for all else: a proxy's 404 says nothing of the file."""
    said = problem(reply) if reply.status == 404 else None
    return said.message or "" if said is not None and said.code == "NotFoundError" else None


_QUOTED = re.compile(r'"([^"]{1,12000})"')
_ID = re.compile(r"[0-9a-f]{32,64}", re.IGNORECASE)


def named_in(words: str, kind: str) -> str:
    """Return what a "not found" is about: a hash, or what it has in quotes; "" where it does not say."""
    if kind != OF_FILES:
        return found[1] if (found := _QUOTED.search(words)) is not None else ""
    named = _ID.findall(words)
    return named[0].lower() if len(named) == 1 else ""


def refusal(reply: Reply, now: float, hide: Callable[[str], str]) -> EnrichError:
    """Return the error that any status but 200 and VirusTotal's 404 stands for. ``now`` in Unix seconds."""
    status, said = reply.status, problem(reply)
    text = hide(_words(reply, said))[:LONGEST_TEXT]  # cut last: half a key is a key
    wait = retry_at(reply.headers, now)
    # 204 is how API v2 said "over quota". A 503 that names a time is no fault but
    # a queue: waiting costs nothing, trying at once costs a place in the minute.
    if status in (204, 429) or (status == 503 and wait is not None):
        return Throttled(text, retry_at=wait, own=not reply.is_page)
    if status in (401, 403):
        return _forbidden(reply, said, text)
    # The one 400 that another try can mend: the report is being made.
    if status == 400 and said is not None and said.code == "NotAvailableYet":
        return Transient(text)
    # A 404 of VirusTotal's own never comes here; anybody else's says nothing of the file and is worth another try.
    if 400 <= status < 500 and status != 404 and status not in RETRIED:
        return Refused(text, hint=ASK_FOR_PROXY * (status == 407))
    return Transient(text)


def _forbidden(reply: Reply, said: Problem | None, text: str) -> EnrichError:
    """Return whether the key is refused. That stops the run: only VirusTotal may say it, in its JSON or a bare 401."""
    if said is not None or (reply.status == 401 and not reply.wire):
        return KeyProblem(text, hint=key.REFUSED)
    return Refused(text, hint="a proxy or firewall answered in VirusTotal's place")


def _words(reply: Reply, said: Problem | None) -> str:
    """Return what came instead of a report, printable and on one line."""
    if reply.status == 204:
        return "VirusTotal sent no content (HTTP 204): over quota"
    if said is not None:
        words = f"VirusTotal said {said.code}: {said.message or 'no reason'} (HTTP {reply.status})"
    elif 300 <= reply.status < 400:
        words = f"a redirect instead of an answer, not followed (HTTP {reply.status})"
    elif reply.is_page:
        words = f"a web page instead of VirusTotal's answer (HTTP {reply.status})"
    else:
        words = f"no word of VirusTotal's (HTTP {reply.status})"
    return visible(words)
