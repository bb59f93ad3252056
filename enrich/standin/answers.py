"""Answers in VirusTotal's words and headers."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterable

from aiohttp import web

from enrich.standin import reports, synthetic
from enrich.standin.engines import Facts

JSON = "application/json; charset=utf-8"
STAND_IN = "ioc-enrich"
"""Value of the header ``X-Stand-In``, which VirusTotal itself never sends."""
BOOT = secrets.token_hex(12)
ERRORS = {
    "InvalidArgumentError": (400, "Invalid argument"),
    "AuthenticationRequiredError": (401, "X-Apikey header is missing"),
    "WrongCredentialsError": (401, "Wrong API key"),
    "UserNotActiveError": (401, "User is not active"),
    "ForbiddenError": (403, "You are not authorized to perform the requested operation"),
    "NotFoundError": (404, "Resource not found"),
    "MethodNotAllowedError": (405, "The stand-in answers GET only"),
    "FailedDependencyError": (424, "The request depended on another request that failed"),
    "QuotaExceededError": (429, "Quota exceeded"),
    "TooManyRequestsError": (429, "Too many requests"),
    "InternalError": (500, "Internal server error"),
    "TransientError": (503, "Transient server error, a retry might work"),
    "DeadlineExceededError": (504, "The operation took too long to complete"),
}


class Shelf:
    """The bodies of all files the stand-in knows, rendered and compressed once each."""

    def __init__(
        self, dataset: Iterable[Facts], *, made_up: bool = False, dense: bool = False, absent_share: float = 0.0
    ) -> None:
        self.made_up = made_up
        self.dense = dense
        self.absent_share = absent_share
        self._facts: dict[str, Facts] = {}
        for facts in dataset:
            for name in ("md5", "sha1", "sha256"):
                if name in facts:
                    self._facts[facts[name]] = facts
        self._bodies: dict[tuple[str, bool], bytes] = {}

    def knows(self, value: str) -> bool:
        """Return whether there is a report for this lower-case hash."""
        if value in self._facts:
            return True
        return self.made_up and is_hash(value) and not synthetic.absent(value, self.absent_share)

    def body(self, value: str, *, gzip: bool) -> bytes:
        """Return the report of a hash that is known."""
        facts = self._facts.get(value)
        if facts is None:
            return synthetic.body(value, gzip=gzip, dense=self.dense)
        wanted = (facts["sha256"], gzip)
        if wanted not in self._bodies:
            plain = reports.render(facts)
            self._bodies[wanted] = packed(plain) if gzip else plain
        return self._bodies[wanted]

    def other(self, value: str, *, gzip: bool) -> bytes:
        """Return the report of some other file than the one asked about."""
        return synthetic.body(synthetic.hashes(len(value) + sum(map(ord, value)))[2], gzip=gzip)


def is_hash(value: str) -> bool:
    return len(value) in (32, 40, 64) and not set(value) - set("0123456789abcdef")


def packed(plain: bytes) -> bytes:
    deflate = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return deflate.compress(plain) + deflate.flush()


def takes_gzip(request: web.BaseRequest) -> bool:
    """As App Engine decides: the header alone is not enough, the User-Agent must say "gzip" too."""
    return "gzip" in request.headers.get("Accept-Encoding", "") and "gzip" in request.headers.get("User-Agent", "")


def headers(content_type: str = JSON) -> dict[str, str]:
    """Return the recorded headers: no ETag, nothing about the quota. aiohttp adds Date and Content-Length."""
    return {
        "Cache-Control": "no-cache",
        "Content-Type": content_type,
        "X-Cloud-Trace-Context": BOOT + "00000000",
        "Server": "Google Frontend",
        "X-Stand-In": STAND_IN,
    }


def ready(body: bytes, *, gzip: bool, status: int = 200) -> web.Response:
    """Return a body that is rendered, and compressed where ``gzip`` says so."""
    fields = headers()
    if gzip:
        fields["Content-Encoding"] = "gzip"
    return web.Response(body=body, status=status, headers=fields)


def json_answer(request: web.BaseRequest, value: object, status: int = 200) -> web.Response:
    plain = reports.dump(value)
    gzip = takes_gzip(request)
    return ready(packed(plain) if gzip else plain, gzip=gzip, status=status)


def error(request: web.BaseRequest, code: str, message: str = "") -> web.Response:
    """Return one of the service's documented errors."""
    status, usual = ERRORS[code]
    return json_answer(request, {"error": {"message": message or usual, "code": code}}, status)


def page(status: int, title: str, text: str) -> web.Response:
    """Return an HTML page, as proxies and front ends send it."""
    html = f"<html><head><title>{title}</title></head><body>{text}</body></html>"
    return web.Response(body=html.encode(), status=status, headers=headers("text/html; charset=UTF-8"))
