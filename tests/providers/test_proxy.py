"""Which proxy is taken: the user's, else the machine's; what is told of one that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.errors import UsageError
from enrich.providers.shared.proxy import checked_proxy, find_proxy, is_excepted
from enrich.providers.virustotal import KEY_PLACES

SERVICE = "https://www.virustotal.com"


def found(home: Path, stated: str | None = None, address: str = SERVICE, **environment: str) -> tuple[str | None, str]:
    proxy = find_proxy(address, stated, "--proxy", KEY_PLACES, environment, home)
    return proxy.url, proxy.place


def test_the_user_wins_over_the_environment_and_that_over_the_tools_file(tmp_path: Path) -> None:
    (tmp_path / ".vt.toml").write_text('apikey="x"\nproxy="http://from-vt-cli:1"\n')
    every = {"HTTPS_PROXY": "http://https:1", "ALL_PROXY": "http://all:1", "VTCLI_PROXY": "http://vtcli:1"}
    assert found(tmp_path, "http://flag:1", **every) == ("http://flag:1", "--proxy")
    assert found(tmp_path, **every) == ("http://https:1", "HTTPS_PROXY")
    assert found(tmp_path, **every, https_proxy="http://lower:1") == ("http://lower:1", "https_proxy")
    assert found(tmp_path, ALL_PROXY="http://all:1") == ("http://all:1", "ALL_PROXY")
    assert found(tmp_path, VTCLI_PROXY="http://vtcli:1") == ("http://vtcli:1", "VTCLI_PROXY")
    assert found(tmp_path) == ("http://from-vt-cli:1", str(tmp_path / ".vt.toml"))


def test_without_a_word_there_is_none_and_a_variable_for_http_alone_is_told(tmp_path: Path) -> None:
    assert found(tmp_path)[0] is None
    url, source = found(tmp_path, HTTP_PROXY="http://proxy:1")
    assert url is None
    assert "HTTPS_PROXY would hold" in source


@pytest.mark.parametrize("none", ["none", ""])
def test_the_user_may_say_none_whatever_the_machine_says(tmp_path: Path, none: str) -> None:
    assert found(tmp_path, none, HTTPS_PROXY="http://proxy:1") == (None, "--proxy")


@pytest.mark.parametrize(
    "no_proxy",
    ["*", "www.virustotal.com", "virustotal.com", ".virustotal.com", "*.virustotal.com", "a.corp, VirusTotal.com",
     "www.virustotal.com:443"],
)  # fmt: skip
def test_what_no_proxy_names_is_reached_directly(tmp_path: Path, no_proxy: str) -> None:
    url, source = found(tmp_path, HTTPS_PROXY="http://proxy:1", NO_PROXY=no_proxy)
    assert (url, source) == (None, "NO_PROXY names www.virustotal.com")
    assert found(tmp_path, "http://flag:1", NO_PROXY=no_proxy)[0] == "http://flag:1"


@pytest.mark.parametrize("no_proxy", ["", "total.com", "www.virustotal.com:8443", "virustotal.com.evil", ",", "."])
def test_what_no_proxy_does_not_name_is_not(tmp_path: Path, no_proxy: str) -> None:
    assert found(tmp_path, HTTPS_PROXY="http://proxy:1", no_proxy=no_proxy)[0] == "http://proxy:1"


def test_no_proxy_knows_networks_and_ports() -> None:
    assert is_excepted("10.1.2.3:8443", "10.0.0.0/8")
    assert is_excepted("vt.corp:8443", "vt.corp:8443")
    assert not is_excepted("vt.corp:8443", "vt.corp:443")
    assert not is_excepted("11.1.2.3", "10.0.0.0/8")
    assert is_excepted("[fd00::1]:443", "fd00::/8")


def test_this_machine_is_reached_directly_unless_the_user_says_otherwise(tmp_path: Path) -> None:
    for here in ("http://127.0.0.1:8899", "http://localhost:8899", "http://[::1]:8899"):
        assert found(tmp_path, address=here, HTTPS_PROXY="http://proxy:1", ALL_PROXY="http://proxy:1")[0] is None
        assert found(tmp_path, "http://127.0.0.1:1", address=here)[0] == "http://127.0.0.1:1"


def test_host_and_port_alone_are_an_http_proxy() -> None:
    assert checked_proxy("proxy.corp:8080", "--proxy") == "http://proxy.corp:8080"
    assert checked_proxy("SOCKS5h://proxy.corp:1080", "--proxy") == "socks5h://proxy.corp:1080"


@pytest.mark.parametrize(
    ("password", "advice"),
    [
        ("hunter#2", "'#' as %23"),
        ("hunter@2", "'@' as %40"),
        ("hunter/2", "'/' as %2F"),
        ("hunter?2", "'?' as %3F"),
        ("hunter%2", "'%' as %25"),
        ("hun#ter@2", "'#' as %23, '@' as %40"),
        ("hunter 2", "' ' as %20"),
    ],
)
def test_a_raw_sign_in_the_password_is_told_with_what_to_write(password: str, advice: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_proxy(f"http://name:{password}@proxy.corp:8080", "HTTPS_PROXY")
    assert advice in caught.value.hint
    assert "HTTPS_PROXY" in str(caught.value)
    assert "hun" not in caught.value.one_line


@pytest.mark.parametrize("proxy", ["ftp://proxy.corp:1", "http://", "http://:8080", "http://proxy:99999", "socks5://p"])
def test_what_is_no_proxy_is_refused_with_its_place(proxy: str) -> None:
    with pytest.raises(UsageError, match="the proxy of ALL_PROXY"):
        checked_proxy(proxy, "ALL_PROXY")


def test_a_proxy_is_shown_without_its_password(tmp_path: Path) -> None:
    proxy = find_proxy(SERVICE, "http://name:hunter2@proxy.corp:8080", "--proxy", KEY_PLACES, {}, tmp_path)
    assert proxy.shown == "http://proxy.corp:8080"
    assert "hunter2" not in repr(proxy)
