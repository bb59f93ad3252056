"""A stand-in to ask, and a plain client that shows what really comes over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

KEY = "k" * 64
WANNACRY = "24d004a104d4d54034dbcffc2a4b19a11f39008a575aa614ea04703480b1022c"
WANNACRY_MD5 = "db349b97c37d22f5ea1d1841e3c89eb4"
WANNACRY_SHA1 = "e889544aff85ffaf8b0d0da705105dee7c97fe26"
UNKNOWN = "0" * 64


class ManualClock:
    """Time that passes only when someone sleeps."""

    def __init__(self, now: float = 1_767_225_600.0) -> None:
        self.now = now

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> ManualClock:
    """Starts at 2026-01-01 00:00:00 UTC."""
    return ManualClock()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that inflates nothing, follows nothing and tries nothing twice."""
    headers = {"x-apikey": KEY, "User-Agent": "test gzip", "Accept-Encoding": "gzip"}
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(headers=headers, auto_decompress=False, connector=connector) as session:
        yield session
