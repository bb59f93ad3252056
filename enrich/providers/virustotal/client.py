"""VirusTotal as a lookup service: the two questions it is asked, and the key, which it shows to nobody."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from urllib.parse import quote

from msgspec import structs

from enrich.clock import Clock, SystemClock, utc
from enrich.errors import KeyProblem, Refused, ServiceError, Transient, Unreachable
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.quota import Allowance
from enrich.providers.shared.http import HttpClient, Reply, Secret
from enrich.providers.shared.interface import Access, Unread
from enrich.providers.shared.origin import account_of, origin_of
from enrich.providers.shared.retry_after import stated
from enrich.providers.virustotal import engine_verdicts, errors, key, quota, report
from enrich.providers.virustotal.kinds.shared.paths import path_for, routes
from enrich.providers.virustotal.site import ADDRESS, NAME
from enrich.version import __version__


class VirusTotal:
    """VirusTotal API v3. Every lookup is one ``GET`` of a report, sent at most once."""

    def __init__(self, access: Access, *, clock: Clock | None = None) -> None:
        """Send nothing. Raises ``KeyProblem`` for a key that cannot be one, ``UsageError`` for an unsafe address."""
        self.origin = origin_of(NAME, ADDRESS, access.address)
        self._secret = Secret(key.checked(access.key, own=self.origin == NAME))
        self._clock = clock or SystemClock()
        self._chosen = engine_verdicts.chosen(access.options.engines if access.options is not None else ())
        self.account = account_of(self.origin, self._secret.reveal())
        self._http = HttpClient(
            access,
            ADDRESS,
            {
                "x-apikey": self._secret.reveal(),
                "x-tool": "ioc-enrich",
                # Without the word gzip here the server answers uncompressed, whatever Accept-Encoding says.
                "User-Agent": f"ioc-enrich/{__version__}; gzip",
                "Accept-Encoding": "gzip",
                "Accept": "application/json",
            },
            self._secret,
            routes=routes(),
        )

    def __repr__(self) -> str:
        return f"<VirusTotal at {self._http.address}, key hidden>"

    async def fetch(self, indicator: Indicator) -> Unread:
        """Ask about one indicator: see :class:`enrich.providers.Service`. A found file's body is kept as it came."""
        if self._secret(indicator.value) != indicator.value:  # a key has a SHA-256's shape, and got into the list
            raise Refused("not asked: it is the API key itself", hint="take it out of the list, and make a new one")
        reply = await self._http.get(path_for(indicator), partial(_is_about, indicator))
        now = self._clock.time()
        if reply.status == 200:
            return partial(self._read, reply, indicator, utc(now))
        if errors.not_found(reply) is not None:
            if not _is_about(indicator, reply):
                what = "file" if indicator.kind == "hash" else indicator.kind
                raise Transient(f"the answer says that another {what} is not known than the one asked for")
            not_found = Finding(indicator, self.origin, Status.NOT_FOUND, fetched_at=utc(now), aliases=(indicator,))
            return lambda: Answer(not_found)
        raise errors.refusal(reply, now, self._secret)

    def _read(self, reply: Reply, asked: Indicator, at: datetime) -> Answer:
        body = reply.body()
        finding = report.found(body.read, asked, at, self._chosen)
        return Answer(finding if self.origin == NAME else structs.replace(finding, origin=self.origin), body.kept)

    async def allowance(self) -> Allowance | None:
        """Return the key's quota and use, free. None where the service does not say; ``KeyProblem`` for a bad one."""
        try:
            return await self.stated_allowance()
        except Unreachable:
            raise
        except ServiceError:
            return None

    async def stated_allowance(self) -> Allowance | None:
        """Return the same, with ``ServiceError`` for whatever keeps the service from saying it."""
        # The service takes the key for its owner's id; so this path must stay out of every message.
        reply = await self._http.get(f"/api/v3/users/{quote(self._secret.reveal(), safe='')}/overall_quotas")
        if reply.status == 200:
            return quota.allowance(reply.body().read, stated(reply.headers.get("Date", "")))
        error = errors.refusal(reply, self._clock.time(), self._secret)
        if isinstance(error, KeyProblem) and reply.status != 401:  # a key may look files up and not see its quota
            raise Refused(str(error), hint="the key cannot see its quota; name it with --per-minute and --per-day")
        raise error

    async def close(self) -> None:
        await self._http.close()


def _is_about(asked: Indicator, reply: Reply) -> bool:
    """Return whether a "not found" is about what was asked, as far as it says: its message names the id.

    A proxy, or a kept-alive connection that lost step, may give the answer to another question.
    """
    words = errors.not_found(reply)
    return not words or errors.named_in(words, asked.kind) in ("", asked.value, path_for(asked).rpartition("/")[2])
