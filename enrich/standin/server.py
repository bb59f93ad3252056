"""The stand-in's server: loopback only, VirusTotal's routes for reports and quotas, and its own under ``/_standin/``.

A test keeps the :class:`StandIn` and reads its journal; a process serves it with :func:`serve_forever`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from enrich.errors import UsageError
from enrich.standin import answers, misbehave, network, other_sources, reports, samples
from enrich.standin.journal import Journal, ReceivedRequest, fingerprint
from enrich.standin.options import Fault, Faults, StandinOptions
from enrich.standin.quota import USER, Accounts, Instant

API_PATH = "/api/v3/"
CONTROL_PATH = "/_standin/"
KEY_ERRORS = {"wrong": "WrongCredentialsError", "inactive": "UserNotActiveError", "forbidden": "ForbiddenError"}


@dataclass(slots=True)
class Call:
    """One request on its way through."""

    request: web.BaseRequest
    arrived: Instant
    key: str
    file: str = ""
    attempt: int = 0
    refused: str = ""
    charged: bool = False
    fault: Fault | None = None
    status: int = 0


class StandIn:
    """One stand-in: its files, its keys' quotas, its faults and its journal. ``faults`` may be changed as it runs."""

    def __init__(self, options: StandinOptions) -> None:
        self.options = options
        self.faults: Faults = options.faults
        self.journal = Journal()
        self.accounts = Accounts(options)
        self.other_host = ""
        dataset = list(reports.load(options.dataset or samples.dataset()))
        files = [facts for facts in dataset if "type" not in facts]
        made_up, absent_share = options.synthetic, options.absent_share
        self.network = network.Network(
            (facts for facts in dataset if "type" in facts), made_up=made_up, absent_share=absent_share
        )
        self.others = other_sources.OtherSources(files, options)
        self.shelf = answers.Shelf(files, made_up=made_up, dense=options.dense, absent_share=absent_share)
        self._dice = random.Random(options.latency.seed)  # noqa: S311 - made-up data, no secret

    @property
    def most_in_a_minute(self) -> int:
        """The most requests for files that one key sent within any sliding minute, the refused ones included."""
        return max((account.most_sliding for account in self.accounts.accounts.values()), default=0)

    @property
    def most_in_a_fixed_minute(self) -> int:
        return max((account.most_fixed for account in self.accounts.accounts.values()), default=0)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer any request. It counts when it has arrived, which is after its way in."""
        if request.path.startswith(CONTROL_PATH):
            return await self._control(request)
        if other_sources.is_one(request.path):
            return await self.others.handle(request, self.faults.other_sources)
        latency = self.options.latency
        await self._travel(latency.way_in, latency.way_in_jitter)
        key = request.headers.get("x-apikey", "")
        clock = self.options.clock
        call = Call(request, Instant(clock.time(), clock.monotonic()), key)
        answer = await self._answer(call)
        self._note(call)
        await self._travel(latency.way_out, latency.way_out_jitter)
        return answer

    async def _travel(self, seconds: float, jitter: float) -> None:
        if seconds or jitter:
            await self.options.clock.sleep(seconds + jitter * self._dice.random())

    async def _answer(self, call: Call) -> web.StreamResponse:
        path = call.request.path
        problem = self._refused_at_once(call)
        if problem:
            answer: web.StreamResponse = answers.error(call.request, problem)
        elif path.startswith(API_PATH + "files/"):
            return await self._file(call, path.removeprefix(API_PATH + "files/"))
        elif kind := next((kind for route, kind in network.ROUTES.items() if path.startswith(API_PATH + route)), ""):
            return await self._object(call, kind, path.rpartition("/")[2])
        elif path.startswith(API_PATH + "users/"):
            answer = await self._user(call, path.removeprefix(API_PATH + "users/"))
        else:
            answer = answers.error(call.request, "NotFoundError")
        call.status = answer.status
        return answer

    def _refused_at_once(self, call: Call) -> str:
        """Return the error that ends a request before it is looked at, or ""."""
        if call.request.method != "GET":
            self.journal.violations += 1
            return "MethodNotAllowedError"
        if not call.key:
            return "AuthenticationRequiredError"
        if self.options.keys:
            return "" if call.key in self.options.keys else "WrongCredentialsError"
        return KEY_ERRORS.get(call.key, "")

    async def _file(self, call: Call, identifier: str) -> web.StreamResponse:
        call.file = identifier.lower()
        known = self.shelf.knows(call.file)
        absent = answers.error(call.request, "NotFoundError", f'File "{identifier}" not found')
        gzip = answers.takes_gzip(call.request)
        body = self.shelf.body(call.file, gzip=gzip) if known else b""
        return await self._counted(call, body, self.shelf.other(call.file, gzip=gzip), absent)

    async def _object(self, call: Call, kind: str, identifier: str) -> web.StreamResponse:
        """Return a report on a domain, an address or a URL; the journal has the value itself."""
        call.file = value = self.network.value(kind, identifier)
        if fault := self.network.malformed(kind, value):
            call.status = 400
            return answers.error(call.request, "InvalidArgumentError", fault)
        gzip = answers.takes_gzip(call.request)
        word = {"domain": "Domain", "ip_address": "IP address", "url": "URL"}[kind]
        absent = answers.error(call.request, "NotFoundError", f'{word} "{identifier}" not found')
        bodies = [self.network.body(kind, value) if self.network.knows(kind, value) else b"", self.network.other(kind)]
        body, other = (answers.packed(plain) if gzip and plain else plain for plain in bodies)
        return await self._counted(call, body, other, absent)

    async def _counted(self, call: Call, body: bytes, other: bytes, absent: web.Response) -> web.StreamResponse:
        """Return a question that costs: ``body`` is its report, b"" where there is none."""
        self.journal.asked[call.file] += 1
        call.attempt = self.journal.asked[call.file]
        account = self.accounts.account(call.key, call.arrived)
        call.refused = account.refusal(call.arrived)
        if call.refused:
            call.status = 429
            return answers.error(call.request, "QuotaExceededError")
        call.charged = bool(body) or self.options.absent_counted
        if call.charged:
            account.charge(call.arrived)
        call.fault = self.faults.pick(call.file, call.attempt)
        if call.fault:
            return await self._spoiled(call.fault, call, body or other, other)
        answer = answers.ready(body, gzip=answers.takes_gzip(call.request)) if body else absent
        call.status = answer.status
        return answer

    async def _spoiled(self, fault: Fault, call: Call, body: bytes, other: bytes) -> web.StreamResponse:
        context = misbehave.FaultContext(
            request=call.request,
            body=body,
            gzip=answers.takes_gzip(call.request),
            other=other,
            other_host=self.other_host,
            faults=self.faults,
            clock=self.options.clock,
        )
        answer, call.status = await misbehave.faulty_answer(fault, context)
        return answer

    async def _user(self, call: Call, rest: str) -> web.StreamResponse:
        """Return what a key may know of itself. Costs nothing of the day or month."""
        name, _, part = rest.partition("/")
        if name not in (call.key, USER):
            return answers.error(call.request, "NotFoundError", "User not found")
        call.fault = self.faults.quota_question
        if call.fault:
            other = self.shelf.other(call.file, gzip=answers.takes_gzip(call.request))
            return await self._spoiled(call.fault, call, other, other)
        account = self.accounts.account(call.key, call.arrived)
        if self.options.free_counted:
            call.refused = account.refusal(call.arrived)
            if call.refused:
                return answers.error(call.request, "QuotaExceededError")
            account.minute.count(call.arrived)
        data: dict[str, Callable[[], object]] = {
            "overall_quotas": lambda: account.overall_quotas(call.arrived),
            "api_usage": account.usage,
            "": lambda: account.profile(call.arrived),
        }
        if part not in data:
            return answers.error(call.request, "NotFoundError")
        return answers.json_answer(call.request, {"data": data[part]()})

    def _note(self, call: Call) -> None:
        self.journal.note(
            ReceivedRequest(
                time=call.arrived.wall,
                method=call.request.method,
                path=_discreet(call.request.path),
                key=fingerprint(call.key),
                status=call.status,
                file=call.file,
                attempt=call.attempt,
                fault=call.fault or "",
                refused=call.refused,
                charged=call.charged,
            )
        )

    async def _control(self, request: web.BaseRequest) -> web.Response:
        """Return the stand-in's own routes; they are neither counted nor logged."""
        match request.method, request.path.removeprefix(CONTROL_PATH):
            case "GET", "log":
                return web.json_response(
                    self.journal.document() | {"counts": self.counts(), "others": self.others.requests}
                )
            case "GET", "counts":
                return web.json_response(self.counts())
            case "POST", "faults":
                try:
                    self.faults = Faults.from_json(await request.json())
                except (ValueError, TypeError, AttributeError) as problem:
                    return web.json_response({"error": str(problem)}, status=400)
                return web.json_response({"rate": self.faults.rate, "kinds": self.faults.kinds})
        return web.json_response({"error": "GET log, GET counts or POST faults"}, status=404)

    def counts(self) -> dict[str, object]:
        """Return all counters as plain JSON values."""
        most = {"most_in_a_minute": self.most_in_a_minute, "most_in_a_fixed_minute": self.most_in_a_fixed_minute}
        return self.journal.counts() | most

    async def stray(self, request: web.BaseRequest) -> web.Response:
        """Return the other host, where no client should come."""
        self.journal.strays.append({"path": request.path, "x-apikey": fingerprint(request.headers.get("x-apikey", ""))})
        return answers.ready(self.shelf.other(request.path, gzip=False), gzip=False)


def _discreet(path: str) -> str:
    """Return the path without the key that may stand in it as the user's id."""
    return re.sub(rf"^{API_PATH}users/[^/]+", f"{API_PATH}users/{{id}}", path)


@asynccontextmanager
async def serving(standin: StandIn | StandinOptions) -> AsyncIterator[str]:
    """Serve until the block ends; yield the address (``http://127.0.0.1:PORT``).

    Hand in a :class:`StandIn` to read its journal afterwards, or just the options.
    """
    running = StandIn(standin) if isinstance(standin, StandinOptions) else standin
    options = running.options
    if not ipaddress.ip_address(options.host).is_loopback:
        raise UsageError(f"the stand-in serves on loopback only, not on {options.host}")
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(_listening(running.stray, options.host, 0))
        running.other_host = f"http://localhost:{other}"
        port = await stack.enter_async_context(_listening(running.handle, options.host, options.port))
        yield f"http://{options.host}:{port}"


Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def _listening(handler: Handler, host: str, port: int) -> AsyncIterator[int]:
    runner = web.ServerRunner(web.Server(handler, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port, backlog=512).start()
        except OSError as problem:
            hint = "another --port, or 0 for a free one"
            raise UsageError(f"the stand-in cannot listen on {host}:{port}: {problem.strerror}", hint=hint) from problem
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def serve_forever(options: StandinOptions, ready: Callable[[str], None] = lambda _address: None) -> None:
    """Serve until cancelled; ``ready`` hears the address once it can be asked. Raises ``UsageError`` for a port
    in use.
    """
    async with serving(options) as address:
        ready(address)
        await asyncio.Event().wait()
