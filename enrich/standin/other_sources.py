"""Imitates the sources beside VirusTotal: CIRCL hashlookup and the three of abuse.ch, all at one address.

Which service is meant follows from the path, and for the two that share one from the body. What they know is read off
the stand-in's own files: what no engine detects and somebody distributes is known to hashlookup, what many engines
detect to the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from enrich.standin import answers, synthetic
from enrich.standin.engines import Facts
from enrich.standin.options import Fault, StandinOptions

LOOKUP_PATH = re.compile(r"/lookup/(md5|sha1|sha256)/([0-9A-Za-z]+)")
HASH_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64}
MALWARE_FROM, WIDELY_FROM = 20, 45
"""Detections from which MalwareBazaar and URLhaus know a file, and from which ThreatFox does."""
PATH_BEGINNINGS = ("/lookup/", "/bulk/", "/api/v1/", "/v1/")
KEY_STATUSES = {"wrong": "unknown_auth_key", "": "no_auth_key"}


def is_one(path: str) -> bool:
    """Return whether a request is meant for one of these services."""
    return path.startswith(PATH_BEGINNINGS)


class OtherSources:
    """What these services know, and how they say it."""

    def __init__(self, facts: Iterable[Facts], options: StandinOptions) -> None:
        self._options = options
        self._facts = {file[name]: file for file in facts for name in HASH_LENGTHS if name in file}
        self.requests: list[dict[str, str]] = []
        """Every request, with its body as it came."""

    async def handle(self, request: web.BaseRequest, fault: Fault | None) -> web.Response:
        """Answer one request, with this ``fault`` where there is one."""
        body = (await request.read()).decode("utf-8", "replace")
        self.requests.append({"method": request.method, "path": request.path, "body": body})
        if fault is Fault.HTML_200:
            return answers.page(200, "Please wait", "overloaded")
        if fault is not None:
            return web.json_response({"query_status": "rate_limited"}, status=429, headers={"Retry-After": "1"})
        if request.path.startswith(("/lookup/", "/bulk/")):
            return self._hashlookup(request, body)
        return self._abusech(request, body)

    # --- hashlookup ---

    def _hashlookup(self, request: web.BaseRequest, body: str) -> web.Response:
        if request.method == "POST" and request.path in ("/bulk/md5", "/bulk/sha1"):
            wanted = json.loads(body)["hashes"]
            found = [record for value in wanted if (record := self._known(value.lower())) is not None]
            # several come with bare numbers for what one alone spells out
            return web.json_response([{**record, "ProductCode": "190742"} for record in found])
        match = LOOKUP_PATH.fullmatch(request.path)
        if match is None or len(match[2]) != HASH_LENGTHS[match[1]]:
            return web.json_response({"message": "Hash value incorrect"}, status=400)
        record = self._known(match[2].lower())
        if record is None:
            return web.json_response({"message": "Non existing hash"}, status=404)
        return web.json_response(record)

    def _known(self, value: str) -> dict[str, Any] | None:
        facts = self._facts.get(value)
        if facts is not None:
            distributors = facts.get("known_distributors")
            if not distributors:
                return None
            malicious = facts.get("last_analysis_stats", {}).get("malicious", 0)
            record = _record(facts, ", ".join(distributors.get("products", [])) or "a distribution", trust="75")
            return {**record, "KnownMalicious": "standin-set"} if malicious else record
        if not self._options.synthetic or not synthetic.shared(value, self._options.known_good_share):
            return None
        file = synthetic.facts(value)
        hashes = {"md5": file.md5, "sha1": file.sha1, "sha256": file.sha256}
        record = _record({**hashes, "size": file.size}, "Synthetic OS", trust="80")
        if file.number % 50 == 0:  # an older record, which says nothing of trust
            del record["hashlookup:trust"]
        return record

    # --- abuse.ch ---

    def _abusech(self, request: web.BaseRequest, body: str) -> web.Response:
        key = request.headers.get("Auth-Key", "")
        if key == "forbidden":
            return web.json_response({"error": "forbidden"}, status=403)
        if key in KEY_STATUSES:
            return web.json_response({"query_status": KEY_STATUSES[key]})
        if request.path.startswith("/v1/"):
            return web.json_response(self._urlhaus(request.path, body))
        if body.startswith("{"):
            return web.json_response(self._threatfox(json.loads(body)))
        return web.json_response(self._malwarebazaar(parse_qs(body)))

    def _malwarebazaar(self, form: Mapping[str, list[str]]) -> dict[str, Any]:
        value = form.get("hash", [""])[0].lower()
        if len(value) not in HASH_LENGTHS.values():
            return {"query_status": "illegal_hash"}
        file = self._malware(value, MALWARE_FROM)
        if file is None:
            return {"query_status": "hash_not_found"}
        sample = {
            **{f"{name}_hash": file[name] for name in HASH_LENGTHS},
            "first_seen": "2026-01-05 10:11:12",
            "signature": None if int(file["sha256"][:2], 16) % 8 == 0 else "Standin",
            "tags": ["exe", "standin"],
            "file_name": file["name"],
        }
        return {"query_status": "ok", "data": [sample]}

    def _threatfox(self, wanted: Mapping[str, str]) -> dict[str, Any]:
        term = wanted.get("search_term", "").lower()
        if len(term) < 3:
            return {"query_status": "illegal_search_term", "data": "too short"}
        file = self._malware(term, WIDELY_FROM)
        if file is None:
            return {"query_status": "no_result", "data": "Your search did not yield any results"}
        own = {
            "id": "4711",
            "ioc": term,
            "threat_type": "payload",
            "malware_printable": "Standin RAT",
            "confidence_level": 100,
            "first_seen": "2026-01-06 00:00:00 UTC",
            "tags": None,
        }
        longer = {**own, "id": "4712", "ioc": f"{term}.example", "malware_printable": "Another"}
        return {"query_status": "ok", "data": [longer, own]}

    def _urlhaus(self, path: str, body: str) -> dict[str, Any]:
        form = parse_qs(body)
        value = next((form[name][0].lower() for name in ("md5_hash", "sha256_hash") if name in form), "")
        file = self._malware(value, WIDELY_FROM) if path == "/v1/payload/" else None
        if file is None:
            return {"query_status": "no_results"}
        return {
            "query_status": "ok",
            "md5_hash": file["md5"],
            "sha256_hash": file["sha256"],
            "firstseen": "2026-01-04 09:00:00",
            "url_count": "2",
            "urls": [{"url_status": "offline", "threat": "malware_download", "tags": ["standin"]}],
            "urlhaus_reference": "https://urlhaus.abuse.ch/browse.php?search=standin",
        }

    def _malware(self, value: str, least: int) -> dict[str, Any] | None:
        facts = self._facts.get(value)
        if facts is not None and facts.get("last_analysis_stats", {}).get("malicious", 0) >= least:
            name = facts.get("meaningful_name", "")
            return {**{algorithm: facts.get(algorithm, "") for algorithm in HASH_LENGTHS}, "name": name}
        if facts is not None or not self._options.synthetic or not answers.is_hash(value):
            return None
        file = synthetic.facts(value)
        if file.malicious < least:
            return None
        return {"md5": file.md5, "sha1": file.sha1, "sha256": file.sha256, "name": f"sample-{file.sha256[:8]}.exe"}


def _record(facts: Mapping[str, Any], product: str, trust: str) -> dict[str, Any]:
    """Return a file as hashlookup has it: hashes in upper case, numbers as text."""
    return {
        "MD5": facts.get("md5", "").upper(),
        "SHA-1": facts.get("sha1", "").upper(),
        "SHA-256": facts.get("sha256", "").upper(),
        "FileName": facts.get("meaningful_name") or "component.dll",
        "FileSize": str(facts.get("size", 0)),
        "ProductCode": {"ProductName": product, "ProductVersion": "1.0", "MfgCode": "608"},
        "hashlookup:trust": trust,
        "source": "NSRL",
        "db": "nsrl_modern_rds",
    }
