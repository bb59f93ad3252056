"""What programs that crack passwords read is a secret, field by field, whatever the format is called."""

from __future__ import annotations

import hashlib

import pytest

from enrich.indicators.hash.cracker_formats import is_field


def hexed(digits: int, seed: str = "a") -> str:
    return (hashlib.sha512(seed.encode()).hexdigest() * 3)[:digits]


MD5, SHA1, SHA256 = hexed(32), hexed(40), hexed(64)


def says(text: str, value: str) -> bool:
    start = text.index(value)
    return is_field(text, start, start + len(value))


@pytest.mark.parametrize(
    "text",
    [
        f"$pdf$4*4*128*-1028*1*16*{MD5}*32*{hexed(64, 'b')}",
        f"report.docx:$office$*2013*100000*256*16*{MD5}*{hexed(64, 'b')}",
        f"Vault:$keepass$*2*60000*0*{'ab' * 200}*{MD5}",
        f"$krb5tgs$23$*svc$CORP.LOCAL$http/web*${MD5}${hexed(200)}",
        f"$DCC2$10240#bob#{MD5}",
        f"$ethereum$s*262144*8*1*{MD5}*{hexed(64, 'b')}",
        f"$dynamic_0${MD5}",
    ],
)
def test_a_run_that_begins_with_the_name_of_its_format_is_a_secret(text: str) -> None:
    assert says(text, MD5)


@pytest.mark.parametrize(
    "text",
    [
        f"{MD5}:{hexed(12, 'b')}:{hexed(12, 'c')}:office",
        f"{MD5}*{hexed(12, 'b')}*{hexed(12, 'c')}*{hexed(16)}",
        f"{hexed(180, 'b')}:{MD5}",
        f"{MD5}:{hexed(16, 'b')}",
    ],
)
def test_a_hash_beside_an_address_or_a_secret_in_hex_is_one(text: str) -> None:
    assert says(text, MD5)


@pytest.mark.parametrize(
    "text",
    [
        f"SQLCIPHER*1*64000*{MD5}*{hexed(32, 'b')}*{SHA256}",
        f"{MD5}:{hexed(32, 'b')}:{hexed(32, 'c')}",
    ],
)
def test_fields_of_one_length_are_a_secret(text: str) -> None:
    assert says(text, MD5)


def test_what_mysql_writes_of_a_password_is_a_secret_and_a_hash_in_stars_is_none() -> None:
    assert says(f"*{SHA1.upper()}", SHA1.upper())
    assert says(f"root:*{SHA1.upper()}", SHA1.upper())
    assert says(f"root:*{SHA1.upper()}:localhost", SHA1.upper())
    assert not says(f"*{SHA1}", SHA1)
    for text in (f"*{SHA1.upper()}*", f"**{SHA1.upper()}**", f"* {SHA1.upper()}"):
        assert not says(text, SHA1.upper())


@pytest.mark.parametrize(
    "text",
    [
        MD5,
        f"{MD5}:{SHA1}:{SHA256}",
        f"{MD5}*{SHA1}*{SHA256}",
        f"{MD5}:{SHA1}:{SHA256}:{hexed(128)}",
        f"{MD5}:48213:Win.Trojan.Agent-1",
        f"{MD5}:20261130235959",
        f"sha256:{MD5}",
        f"sample.exe:{MD5}",
        f"**{MD5}**:**{hexed(32, 'b')}**",
        f"*{MD5}*:*{hexed(32, 'b')}*",
        f"'md5':'{MD5}','mac':'{hexed(12)}'",
        f"md5:{MD5} mac:{hexed(12)}",
        rf"\\server\c$\temp$\{MD5}",
        f"$hash={MD5}",
        f"$env:HASH:{MD5}",
    ],
)
def test_hashes_of_one_file_names_sizes_and_times_beside_a_hash_say_nothing(text: str) -> None:
    assert not says(text, MD5)
