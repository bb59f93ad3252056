"""How each fault looks on the wire. One function a kind of fault; which of them comes is decided elsewhere."""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache

from aiohttp import web

from enrich.clock import Clock
from enrich.standin import answers, synthetic
from enrich.standin.options import Fault, Faults

FAULT_ERRORS = {
    Fault.INTERNAL_500: "InternalError",
    Fault.TRANSIENT_503: "TransientError",
    Fault.RETRY_LATER_503: "TransientError",
    Fault.DEADLINE_504: "DeadlineExceededError",
    Fault.DEPENDENCY_424: "FailedDependencyError",
    Fault.QUOTA_429: "QuotaExceededError",
    Fault.QUOTA_429_SECONDS: "QuotaExceededError",
    Fault.QUOTA_429_DATE: "QuotaExceededError",
    Fault.TOO_MANY_429: "TooManyRequestsError",
}
FAULT_PAGES = {
    Fault.BAD_GATEWAY_502: (502, "502 Server Error", "<h1>Error: Server Error</h1><h2>Try again in 30 seconds.</h2>"),
    Fault.EDGE_429: (429, "429", "429 Too Many Requests"),
    Fault.HTML_200: (200, "Sign in", "<h1>This network asks you to sign in</h1>"),
    Fault.PROXY_404: (404, "404 Not Found", "<h1>Not Found</h1><p>The proxy knows no such address.</p>"),
}
RETRY_AFTER_FAULTS = (Fault.RETRY_LATER_503, Fault.QUOTA_429_SECONDS)


@dataclass(frozen=True, slots=True)
class FaultContext:
    """What a fault needs to know: the good answers it spoils, and where the other host is."""

    request: web.BaseRequest
    body: bytes
    gzip: bool
    other: bytes
    other_host: str
    faults: Faults
    clock: Clock


async def faulty_answer(fault: Fault, context: FaultContext) -> tuple[web.StreamResponse, int]:
    """Return the spoiled answer, and the status to note: 0 where nothing whole is sent."""
    if fault in FAULT_ERRORS:
        return _refusal(fault, context)
    if fault in FAULT_PAGES:
        answer = answers.page(*FAULT_PAGES[fault])
        return answer, answer.status
    complete = _content(fault, context)
    if complete is not None:
        return complete, complete.status
    return await _broken(fault, context), 0


def _refusal(fault: Fault, context: FaultContext) -> tuple[web.Response, int]:
    """Return an error of the service's own, with or without a word on when to come back."""
    answer = answers.error(context.request, FAULT_ERRORS[fault])
    if fault in RETRY_AFTER_FAULTS:
        answer.headers["Retry-After"] = str(round(context.faults.retry_after))
    if fault is Fault.QUOTA_429_DATE:
        answer.headers["Retry-After"] = formatdate(context.clock.time() + context.faults.retry_after, usegmt=True)
    return answer, answer.status


def _content(fault: Fault, context: FaultContext) -> web.Response | None:
    """Answers that arrive whole and are wrong."""
    if fault is Fault.EMPTY_200:
        return answers.ready(b"", gzip=False)
    if fault is Fault.OTHER_FILE:
        return answers.ready(context.other, gzip=context.gzip)
    if fault is Fault.TRUNCATED_GZIP:
        return answers.ready(context.body[: len(context.body) * 2 // 3], gzip=context.gzip)
    if fault is Fault.BOMB:
        return answers.ready(bomb(context.faults.bomb), gzip=True)
    if fault is Fault.REDIRECT:
        answer = web.Response(status=302, headers=answers.headers("text/html; charset=UTF-8"))
        answer.headers["Location"] = f"{context.other_host}{context.request.path}"
        return answer
    return None


async def _broken(fault: Fault, context: FaultContext) -> web.StreamResponse:
    """Break a connection off, or let it hang or drip."""
    if fault is Fault.RESET:
        reset(context.request)
        return web.Response()
    answer = web.StreamResponse(headers=answers.headers())
    if context.gzip:
        answer.headers["Content-Encoding"] = "gzip"
    answer.content_length = len(context.body)
    if fault is Fault.HANG:
        await _linger(context, context.faults.hang)
    else:
        await answer.prepare(context.request)
        try:
            await (
                _drip(answer, context) if fault is Fault.DRIP else answer.write(context.body[: len(context.body) // 2])
            )
        except ConnectionError:
            return answer
    close(context.request)
    return answer


async def _drip(answer: web.StreamResponse, context: FaultContext) -> None:
    """Send a byte now and then: no single wait is long, and the whole never ends."""
    for place in range(min(len(context.body) - 1, int(context.faults.hang * 10))):
        if gone(context.request):
            return
        await answer.write(context.body[place : place + 1])
        await _linger(context, 0.1)


async def _linger(context: FaultContext, seconds: float) -> None:
    """Wait so long, or until the client has gone."""
    end = context.clock.monotonic() + seconds
    while not gone(context.request) and (left := end - context.clock.monotonic()) > 0:
        await context.clock.sleep(min(left, 0.05))
        await asyncio.sleep(0)


def gone(request: web.BaseRequest) -> bool:
    return request.transport is None or request.transport.is_closing()


def close(request: web.BaseRequest) -> None:
    """End the connection after what has been written."""
    if request.transport is not None:
        request.transport.close()


def reset(request: web.BaseRequest) -> None:
    """End the connection with a TCP reset."""
    transport = request.transport
    if transport is None:
        return
    plug = transport.get_extra_info("socket")
    if plug is not None:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


@lru_cache(maxsize=2)
def bomb(size: int) -> bytes:
    """Return a small gzip stream that inflates to ``size`` blanks, in whole MiB: one compressed MiB, repeated."""
    blanks = b" " * (1 << 20)
    times = size >> 20
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = deflate.compress(blanks) + deflate.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(times):
        check = zlib.crc32(blanks, check)
    end = b"\x01\x00\x00\xff\xff" + struct.pack("<II", check, (times << 20) & 0xFFFFFFFF)
    return synthetic.GZIP_HEADER + block * times + end
