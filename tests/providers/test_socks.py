"""SOCKS proxies: a request goes through, a name is looked up by the proxy, and a failure to connect sent nothing."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable

import pytest
from aiohttp import web

from enrich.errors import NotSent, UsageError
from enrich.providers.shared import http
from enrich.providers.shared.http import HttpClient, Secret
from enrich.providers.shared.interface import Access, Route


class SocksServer:
    """RFC 1928 and 1929, as much as a CONNECT takes; ``targets`` are the hosts it was asked for."""

    def __init__(self, *, password: str = "", refuse: int = 0) -> None:
        self.targets: list[str] = []
        self._password = password
        self._refuse = refuse

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x02" if self._password else b"\x05\x00")
        if self._password:
            _, size = await reader.readexactly(2)
            await reader.readexactly(size)
            (size,) = await reader.readexactly(1)
            right = (await reader.readexactly(size)).decode() == self._password
            writer.write(b"\x01" + (b"\x00" if right else b"\x01"))
            if not right:
                return
        *_, kind = await reader.readexactly(4)
        size = 4 if kind == 1 else (await reader.readexactly(1))[0]
        host = await reader.readexactly(size)
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        self.targets.append(host.decode() if kind == 3 else ".".join(map(str, host)))
        writer.write(b"\x05" + bytes([self._refuse]) + b"\x00\x01" + bytes(6))
        if not self._refuse:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()
    writer.close()


def getter(address: str, proxy: str, **options: object) -> HttpClient:
    access = Access("k" * 64, address, proxy, **options)
    return HttpClient(access, "", {"x-apikey": "k" * 64}, Secret("k" * 64), routes=[Route("GET", "/.*")])


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
async def test_a_request_goes_through_and_the_proxy_looks_the_name_up(
    serve: Callable[..., object], talk: Callable[..., object], scheme: str
) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=request.headers["x-apikey"])

    address = (await serve(handler)).replace("127.0.0.1", "localhost")
    server = SocksServer(password="p@ss#")
    get = getter(address, f"{scheme}://name:p%40ss%23@{await talk(server)}")
    assert (await get.get("/a")).wire == b"k" * 64
    assert (await get.get("/a")).status == 200
    await get.close()
    assert server.targets == ["localhost"], "one connection, kept"


@pytest.mark.parametrize(
    ("server", "reason"),
    [(SocksServer(refuse=5), "refused"), (SocksServer(password="right"), "refused"), (None, "no connection")],
)
async def test_a_failure_to_connect_sent_nothing(
    talk: Callable[..., object], server: SocksServer | None, reason: str
) -> None:
    proxy = await talk(server) if server else "127.0.0.1:1"
    get = getter("http://127.0.0.1:9", f"socks5://name:wrong@{proxy}", timeout=5)
    with pytest.raises(NotSent, match=reason) as caught:
        await get.get("/")
    await get.close()
    assert caught.value.__context__ is None
    assert "wrong" not in str(caught.value)


def test_without_the_library_it_is_refused_by_name_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "missing", list)
    with pytest.raises(UsageError, match="aiohttp-socks") as caught:
        getter("https://www.virustotal.com", "socks5://proxy:1080")
    assert "--proxy http://" in caught.value.hint
