"""Where the key may go, and how a secret is kept out of words."""

from __future__ import annotations

import pytest

from enrich.errors import UsageError
from enrich.providers.shared.address import checked_address
from enrich.providers.shared.http import Secret
from enrich.providers.shared.origin import origin_of


@pytest.mark.parametrize(
    "address",
    [
        "https://www.virustotal.com",
        "https://vt.corp:8443",
        "http://127.0.0.1:9",
        "http://localhost:9",
        "http://[::1]:9",
    ],
)
def test_https_and_this_machine_are_allowed(address):
    assert checked_address(address + "/") == address


@pytest.mark.parametrize(
    "address",
    [
        "http://www.virustotal.com",
        "http://10.0.0.1",
        "http://127.0.0.1.evil.test",
        "http://localhost.evil.test",
        "ftp://www.virustotal.com",
        "www.virustotal.com",
        "https://",
        "",
        "https://name:hunter2@www.virustotal.com",
        "https://www.virustotal.com/?a=hunter2",
        "https://www.virustotal.com:99999",
        "file:///etc/passwd",
    ],
)
def test_any_other_address_is_refused_and_its_password_not_repeated(address):
    with pytest.raises(UsageError) as caught:
        checked_address(address)
    assert "hunter2" not in str(caught.value)


def test_the_key_does_not_go_in_the_clear_through_another_machines_proxy():
    checked_address("http://127.0.0.1:9", "http://127.0.0.1:8080")
    checked_address("https://www.virustotal.com", "http://proxy.corp:8080")
    with pytest.raises(UsageError):
        checked_address("http://127.0.0.1:9", "http://proxy.corp:8080")
    with pytest.raises(UsageError, match="proxy"):
        checked_address("https://www.virustotal.com", "ftp://proxy.corp:8080")


def test_a_proxy_before_this_machines_own_service_is_what_is_blamed():
    with pytest.raises(UsageError, match=r"127.0.0.1 would be asked through the proxy http://proxy.corp") as told:
        checked_address("http://127.0.0.1:9", "http://proxy.corp:8080")
    assert told.value.hint == "what runs on this machine is asked without one: --proxy none"


def test_a_secret_is_taken_out_in_any_case_and_quoted():
    hide = Secret("a/B+c")
    assert hide("x a/B+c y A/b+C z a%2FB%2Bc İ a/B+c") == "x [key] y [key] z [key] İ [key]"
    assert "a/B+c" not in repr(hide)


def test_facts_about_an_address_are_given_only_of_one_that_may_be_asked():
    assert origin_of("vt", "https://vt.example", None) == "vt"
    assert origin_of("vt", "https://vt.example", "http://127.0.0.1:9/") == "vt@127.0.0.1:9"
    for address in ("https://u:secret@vt.corp", "http://vt.corp", "https://[bad"):
        with pytest.raises(UsageError) as caught:
            origin_of("vt", "https://vt.example", address)
        assert "secret" not in str(caught.value)
