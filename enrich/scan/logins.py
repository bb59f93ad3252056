"""Lists of logins: lines of a user and the hash of the password, which are secrets, and which one line cannot prove."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from enrich.indicators.hash import credentials
from enrich.indicators.hash.phrases import plain
from enrich.indicators.hash.vocabulary import ALGORITHM, HASH, LOGIN
from enrich.model.sighting import Found
from enrich.scan.collect import Collector
from enrich.scan.placement import Classification

_LONGEST = 400
"""Of the start of a record in a database's dump."""
_PROOF = 2
"""Lines of different users from which on a list is one of logins, where they are most of its lines with hashes. Who
stands in a list of logins has a line there: where the names are few and come again and again, they are of families.
"""

# "malware-families md5", "ransomware samples"; not "leak-samples", "hr-database iocs": these may be of logins
_MALWARE = r"\b(?:malwares?|ransomwares?|trojans?|botnets?|(?:malware|virus|ransomware|trojan) famil(?:y|ies))"
_MALWARE_LIST = re.compile(rf"{_MALWARE}(?: (?:{ALGORITHM}|{HASH}|famil(?:y|ies)|variants?|samples?|iocs?|lists?))*$")
_OF_LOGINS = re.compile(
    r"\b(?:leak\w*|breach\w*|combo\w*|dump\w*|crack\w*|stolen|passw\w*|pwds?|log ?ins?|credentials?|creds|users?"
    r"|accounts?|customers?|clients?|employees?|databases?|db|stealer ?logs?)\b"
)


def lists_malware(text: str) -> bool:
    """Return whether a list's name ends in malware, as what its lines are of ("malware-families md5"), and no word in
    it is one of logins: what the name does not excuse is a secret where it looks like one.
    """
    words = plain(text)
    return _MALWARE_LIST.search(words) is not None and not _OF_LOGINS.search(words)


class Logins:
    """Sees the rows with hashes of a sheet; in the end leaves out those of a list of logins."""

    def __init__(self, collector: Collector, names: Iterable[str]) -> None:
        """``names``: what the list is called. One of families (``Emotet:<md5>``) looks like one of users otherwise."""
        self._collector = collector
        self._lists_malware = any(map(lists_malware, names))
        self._users = Counter[str]()
        self._is_password = False
        """Whether the last login is a cracked hash whose password can hardly be the name of a family."""
        self._hits: list[int] = []
        self._unsure: list[int] = []
        """Values of lines that are one of a login only where the list is one of logins."""
        self._others = 0

    def see(self, texts: Sequence[str], first: int) -> None:
        """Note a row whose values stand in the collector from ``first`` on."""
        filled = [text for text in texts if text and not text.isspace()]
        # INSERT INTO users VALUES (1 | 'bob' | 'bob@mail.example' | '<md5>'): a record that its commas part
        is_line = len(filled) == 1 or "(" in "".join(filled[:1])[:_LONGEST]
        line = ",".join(filled)
        user = credentials.login(line, of_malware=self._lists_malware) if is_line else ""
        if not user:
            self._others += 1
            if credentials.may_be_login(line):
                self._unsure += range(first, len(self._collector.values))
            return
        self._is_password = credentials.looks_like_password(user)
        self._users[user] += 1
        self._hits += range(first, len(self._collector.values))

    def close(self, others: int) -> None:
        """No further row follows; ``others`` rows with hashes were not seen."""
        # not most of the lines: then it is a text in which a login or two are told of
        is_proof = len(self._users) >= _PROOF or (self._is_password and self._users.total() == 1)
        if not is_proof or len(self._users) <= self._others + others:
            return
        # Emotet:<md5> twenty times over: families come again and again, users hardly
        if len(self._users) * 2 <= self._users.total():
            return
        collector, classification = self._collector, Classification(Found.LEFT_OUT, LOGIN)
        index = collector.index(classification)
        for hit in (*self._hits, *self._unsure):
            if collector.classes[collector.values.classes[hit]].found is Found.INDICATOR:
                collector.values.classes[hit], collector.values.files[hit] = index, 0
