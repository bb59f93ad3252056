"""One get is one request, to one host, within limits, and no error shows the secret."""

from __future__ import annotations

import asyncio
import gzip
import logging
import socket

import pytest
from aiohttp import web

from enrich.errors import NotSent, ProxyRefused, Refused, Transient, Unreachable, UsageError
from enrich.files.gzip import inflate
from enrich.providers.shared import http
from enrich.providers.shared.http import HttpClient, Secret
from enrich.providers.shared.interface import Access, Route

KEY = "5ec7e7" * 10 + "abcd"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def getter(address: str, longest_connect: float = 15.0, **options) -> HttpClient:
    access, routes = Access(KEY, address, **options), [Route("GET", "/.*")]
    return HttpClient(access, "", {"x-apikey": KEY}, Secret(KEY), routes=routes, longest_connect=longest_connect)


async def failure(address: str, kind: type[Exception], **options) -> Exception:
    """The error of one get, which never shows the key: not in its text, nor in what it carries."""
    get = getter(address, **options)
    try:
        with pytest.raises(kind) as caught:
            await get.get(f"/users/{KEY}/quotas")
    finally:
        await get.close()
    error = caught.value
    assert type(error) is kind
    assert KEY not in f"{error} {error!r} {error.hint} {error.args}"
    assert error.__context__ is None
    assert error.__cause__ is None
    return error


def closed_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


async def test_the_headers_go_with_the_request_and_the_body_comes_as_it_is(serve):
    seen = []

    async def handler(request):
        seen.append(request)
        return web.Response(body=gzip.compress(b"{}", mtime=0), headers={"Content-Encoding": "gzip"})

    get = getter(await serve(handler))
    reply = await get.get("/a")
    await get.close()
    assert (reply.status, inflate(reply.wire)) == (200, b"{}")
    assert reply.wire.startswith(b"\x1f\x8b")
    assert [(r.method, r.path, r.headers["x-apikey"]) for r in seen] == [("GET", "/a", KEY)]


async def test_a_kept_connection_that_breaks_is_no_second_request(talk):
    requests = []

    async def conversation(reader, writer):
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        requests.append(await reader.readuntil(b"\r\n\r\n"))  # read, and never answered

    get = getter("http://" + await talk(conversation))
    await get.get("/first")
    with pytest.raises(Transient, match="broke before an answer"):
        await get.get("/second")
    await get.close()
    assert [r.split()[1] for r in requests] == [b"/first", b"/second"]


async def test_without_the_middleware_the_library_would_have_sent_twice(talk, monkeypatch):
    """The library's habit that the room above guards against; if it goes, so may the guard."""
    requests = []

    async def conversation(reader, writer):
        while True:
            requests.append(await reader.readuntil(b"\r\n\r\n"))
            if len(requests) == 2:
                return
            writer.write(OK)

    async def through(self, request, handler):
        return await handler(request)

    monkeypatch.setattr(http._Once, "__call__", through)
    get = getter("http://" + await talk(conversation))
    await get.get("/first")
    await get.get("/second")
    await get.close()
    assert len(requests) == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(serve, status):
    elsewhere = []

    async def trap(request):
        elsewhere.append(request.headers)
        return web.Response()

    trap_address = await serve(trap)

    async def handler(request):
        return web.Response(status=status, headers={"Location": trap_address + "/stolen"})

    get = getter(await serve(handler))
    assert (await get.get("/a")).status == status
    await get.close()
    assert elsewhere == []


async def test_a_refused_connection_was_not_sent():
    await failure(f"http://127.0.0.1:{closed_port()}", NotSent)


async def test_a_name_that_does_not_resolve_was_not_sent(monkeypatch):
    async def nowhere(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nowhere)
    error = await failure("https://vt.invalid", Unreachable)
    assert "vt.invalid" in str(error)


async def test_a_failed_tls_handshake_was_not_sent(talk):
    async def no_tls(reader, writer):
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async def hangs_up(reader, writer):
        await reader.read(100)

    await failure("https://" + await talk(no_tls), NotSent)
    await failure("https://" + await talk(hangs_up), NotSent)


async def test_a_tls_handshake_that_never_ends_was_not_sent(talk):
    async def silent(reader, writer):
        await asyncio.Event().wait()

    await failure("https://" + await talk(silent), NotSent, timeout=10, longest_connect=0.05)


async def test_an_unreachable_or_unwilling_proxy_was_not_sent(talk):
    async def unwilling(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    gone = await failure("https://vt.test", NotSent, proxy=f"http://u:secret@127.0.0.1:{closed_port()}")
    assert "secret" not in str(gone)
    refused = await failure("https://vt.test", ProxyRefused, proxy="http://u:secret@" + await talk(unwilling))
    assert "407" in str(refused)
    assert "secret" not in str(refused)


async def test_the_proxy_sees_no_more_than_the_host_of_an_https_request(talk):
    seen = []

    async def proxy(reader, writer):
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")

    await failure("https://vt.test", NotSent, proxy="http://" + await talk(proxy))
    assert seen[0].startswith(b"CONNECT vt.test:443 ")
    assert KEY.encode() not in seen[0]


async def test_what_breaks_after_sending_may_have_arrived(talk):
    async def resets(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    async def babbles(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")

    async def cuts(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")

    async def cuts_a_chunk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{")

    async def endless_header(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000)

    for conversation in (resets, babbles, cuts, cuts_a_chunk, endless_header):
        await failure("http://" + await talk(conversation), Transient)


async def test_a_slow_drip_ends_at_the_total_time(talk):
    async def drips(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.005)

    error = await failure("http://" + await talk(drips), Transient, timeout=0.1)
    assert "in time" in str(error)


async def test_a_body_past_the_limit_is_not_read(serve, monkeypatch):
    monkeypatch.setattr(http, "BODY_LIMIT", 1024 * 1024)
    sent = []

    async def declared(request):
        return web.Response(body=b" " * 2_000_000)

    async def undeclared(request):
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(2000):
            sent.append(1)
            await response.write(b" " * 100_000)
        return response

    for handler in (declared, undeclared):
        error = await failure(await serve(handler), Transient)
        assert "larger than 1 MiB" in str(error)
    assert len(sent) < 500


async def test_an_encoding_that_was_not_asked_for_is_no_answer(serve):
    async def handler(request):
        return web.Response(body=b"\x0b\x00\x80{}\x03", headers={"Content-Encoding": "br"})

    assert "encoding" in str(await failure(await serve(handler), Transient))


async def test_the_library_writes_the_key_to_no_log(serve, talk, caplog):
    async def resets(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    with caplog.at_level(logging.DEBUG):
        await failure("http://" + await talk(resets), Transient)
        await failure(f"http://127.0.0.1:{closed_port()}", NotSent)
    # aiohttp.access is the log of the test's own server.
    assert not [r for r in caplog.records if KEY in r.getMessage() and r.name != "aiohttp.access"]


async def test_cookies_are_not_kept(serve):
    seen = []

    async def handler(request):
        seen.append(request.headers.get("Cookie"))
        return web.Response(headers={"Set-Cookie": "a=b"})

    get = getter((await serve(handler)).replace("127.0.0.1", "localhost"))
    await get.get("/")
    await get.get("/")
    await get.close()
    assert seen == [None, None]


async def test_the_environment_names_no_proxy(serve, monkeypatch):
    async def handler(request):
        return web.Response()

    address = await serve(handler)
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    get = getter(address)
    assert (await get.get("/")).status == 200
    await get.close()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v3/files", b""),
        ("PUT", "/files/" + "a" * 32, b""),
        ("DELETE", "/files/" + "a" * 32, b""),
        ("GET", "/files/" + "a" * 32 + "/comments", b""),
        ("GET", "/files/" + "a" * 32, b"x=1"),
        ("POST", "/bulk", b"hashes=" + b"a" * 32 + b"&file=secret"),
    ],
)
async def test_what_no_route_allows_is_never_sent(serve, method, path, body):
    seen = []

    async def handler(request):
        seen.append(request.path)
        return web.Response()

    routes = [Route("GET", "/files/[0-9a-f]{32}"), Route("POST", "/bulk", "hashes=[0-9a-f]{32}")]
    client = HttpClient(Access(KEY), await serve(handler), {}, Secret(KEY), routes=routes)
    with pytest.raises(Refused, match="no route"):
        await client.send(method, path, body, "application/x-www-form-urlencoded")
    assert seen == []
    await client.get("/files/" + "a" * 32)
    await client.send("POST", "/bulk", b"hashes=" + b"a" * 32, "application/x-www-form-urlencoded")
    assert seen == ["/files/" + "a" * 32, "/bulk"]
    await client.close()


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_unreadable_ca_bundle_is_a_usage_error(tmp_path, content):
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content)
    with pytest.raises(UsageError, match="CA bundle"):
        getter("https://www.virustotal.com", ca_bundle=str(bundle))


def test_a_word_typed_for_a_key_blots_out_no_other_word():
    assert Secret("wrong")("WrongCredentialsError: Wrong API key") == "WrongCredentialsError: Wrong API key"
    assert Secret("key-1")("the key-1 of key-12") == "the [key] of key-12"
    long = "0123456789abcdef" * 4
    assert long not in Secret(long)(f"apikey={long}x /users/{long}/overall_quotas")


async def test_an_answer_that_came_while_the_machine_slept_is_read_and_not_paid_again(serve, monkeypatch):
    loop, slept = asyncio.get_running_loop(), 0.0
    real = loop.time
    monkeypatch.setattr(loop, "time", lambda: real() + slept)

    async def handler(request):
        nonlocal slept
        slept = 8 * 3600.0  # the lid is closed; the answer lies in the socket when it is opened
        return web.Response(body=b"{}")

    get = getter(await serve(handler), timeout=60)
    assert (await get.get("/a")).wire == b"{}"
    await get.close()


async def test_an_answer_that_does_not_come_in_time_is_given_up(serve):
    async def handler(request):
        await asyncio.Event().wait()

    error = await failure(await serve(handler), Transient, timeout=0.05)
    assert "in time" in str(error)
    assert "--timeout" in error.hint
