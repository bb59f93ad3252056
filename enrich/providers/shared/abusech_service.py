"""One of the services of abuse.ch, asked: HTTP 200 for everything, and a word that says how it went."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from enrich.clock import utc
from enrich.errors import KeyProblem, Refused, Transient
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator
from enrich.providers.shared.abusech import ADVICE, FOUND, KEY_HEADER, NOT_FOUND, WRONG_KEY, Question, Reader
from enrich.providers.shared.interface import Access, Route, Unread
from enrich.providers.shared.json_service import JsonService


class AbuseChService(JsonService):
    """One service of abuse.ch; each says how it is asked and what an answer holds."""

    def __init__(
        self, access: Access, *, name: str, own: str, routes: Sequence[Route], question: Question, read: Reader
    ) -> None:
        super().__init__(access, name=name, own=own, routes=routes, key_header=KEY_HEADER)
        self._question = question
        self._read_answer = read

    async def fetch(self, indicator: Indicator) -> Unread:
        """Send one request: see :class:`enrich.providers.Service`."""
        path, body, content_type = self._question(indicator)
        reply = await self.http.send("POST", path, body, content_type)
        document = self.document(reply, ADVICE)
        word = str(document.get("query_status", "")) if isinstance(document, dict) else ""
        if word in WRONG_KEY:
            raise KeyProblem(f"{self.http.host} does not know the key ({word})", hint=ADVICE)
        return partial(self._answer, document, word, indicator, self.clock.time(), reply.body().kept)

    def _answer(self, document: Any, word: str, asked: Indicator, now: float, wire: bytes) -> Answer:
        absent = Finding(asked, self.origin, Status.NOT_FOUND, fetched_at=utc(now), aliases=(asked,))
        if word in NOT_FOUND:
            return Answer(absent)
        if word != FOUND:
            shown = "".join(c if c.isprintable() else " " for c in word)[:60]
            if word.startswith(("illegal", "invalid", "no_")):
                raise Refused(f"{self.http.host} said {shown}")
            raise Transient(f"{self.http.host} said {shown or 'nothing that is known'}")
        read = self._read_answer(document, asked)
        if read is None:
            return Answer(absent)
        fields, aliases = read
        filled = {name: value for name, value in fields.items() if value not in ("", None)}
        finding = Finding(
            asked,
            self.origin,
            Status.FOUND,
            filled,
            fetched_at=utc(now),
            aliases=tuple(dict.fromkeys((asked, *aliases))),
        )
        return Answer(finding, wire)
