"""Lists of domains, addresses, networks and URLs: what on them covers which indicator.

A domain covers what stands under it, and URLs on any of these; a network its addresses, and URLs on those.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from enrich.indicators.shared.domain_name import parents
from enrich.model.indicator import Indicator

Network = IPv4Network | IPv6Network


class IndicatorList:
    """Reasons by what stands on the lists."""

    def __init__(self) -> None:
        self._exact: dict[Indicator, str] = {}
        self._networks: dict[Network, str] = {}
        self._lengths: dict[int, list[int]] = {4: [], 6: []}
        """Lengths of prefixes that occur, by version: a look-up is one question for each."""

    def __bool__(self) -> bool:
        return bool(self._exact or self._networks)

    def add(self, indicator: Indicator, reason: str) -> None:
        """Cover an indicator, and what it covers; the first reason counts. A mail address covers nothing."""
        if indicator.kind != "network":
            self._exact.setdefault(indicator, reason)
            return
        network = ip_network(indicator.value)
        self._networks.setdefault(network, reason)
        if network.prefixlen not in self._lengths[network.version]:
            self._lengths[network.version].append(network.prefixlen)

    def listed(self) -> list[tuple[Indicator, str]]:
        """Return all indicators that were added, with the reasons."""
        networks = ((Indicator("network", str(network)), reason) for network, reason in self._networks.items())
        return [*self._exact.items(), *networks]

    def exactly(self, indicator: Indicator) -> str:
        """Return why just this one is on a list; "" where it is not."""
        return self._exact.get(indicator, "")

    def covering(self, indicator: Indicator) -> str:
        """Return why an indicator, or what covers it, is on a list; "" where nothing is."""
        if reason := self._exact.get(indicator, ""):
            return reason
        if indicator.kind == "domain":
            return self._under(indicator.value)
        if indicator.kind == "ip":
            return self._within(indicator.value)
        if indicator.kind == "url":
            return self._host(urlsplit(indicator.value).hostname or "")
        return ""

    def _host(self, host: str) -> str:
        try:
            ip_address(host)
        except ValueError:
            return self._under(host)
        return self._exact.get(Indicator("ip", host), "") or self._within(host)

    def _under(self, name: str) -> str:
        # the nearest first, so that the reason names the narrowest entry
        return next((why for parent in parents(name) if (why := self._exact.get(Indicator("domain", parent)))), "")

    def _within(self, value: str) -> str:
        address = ip_address(value)
        # a handful of prefix lengths in any list: cheaper than a tree, and quick enough for each row
        networks = (ip_network(f"{value}/{bits}", strict=False) for bits in self._lengths[address.version])
        return next((why for network in networks if (why := self._networks.get(network))), "")
