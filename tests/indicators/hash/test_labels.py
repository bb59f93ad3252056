"""Headings, types and labels are read as an incident responder would read them."""

from __future__ import annotations

import pytest

from enrich.indicators.hash.labels import heading, label, only_label


@pytest.mark.parametrize(
    ("text", "algorithm"),
    [
        ("MD5", "md5"),
        ("Hash-SHA1", "sha1"),
        ("FileHash-SHA256", "sha256"),
        ("SHA 256", "sha256"),
        ("sha2-256", "sha256"),
        ("sha256sum", "sha256"),
        ("Associated SHA256", "sha256"),
        ("hash_sha1", "sha1"),
        ("Хеш MD5", "md5"),
        ("Password stealer MD5", "md5"),
        ("Hashes", ""),
        ("MD5/SHA1/SHA512", ""),
        ("哈希", ""),
    ],
)
def test_headings_of_hashes(text: str, algorithm: str) -> None:
    meaning = heading(text)
    assert meaning.hash
    assert meaning.algorithm == algorithm
    assert not meaning.reason


@pytest.mark.parametrize(
    "text",
    [
        "Mutex", "Imphash", "VHash", "ja3-fingerprint-md5", "x509-fingerprint-sha1", "Cert thumbprint", "cert_sha1", "Pass",
        "Public key MD5", "Machine Key", "validationKey", "Serial number", "SHA512", "RIPEMD-160", "Snefru", "MD4", "ssdeep",
        "TLSH", "Authentihash", "Icon dhash", "GUID", "PDB GUID", "BTC wallet", "Commit", "NTLM", "Session ID", "Access token",
        "Пароль", "Сертификат SHA1", "Seriennummer", "密码", "Zertifikat", "TBS", "DPAPI", "Personal ID", "Unlock code",
        "PHPSESSID", "CGISESSID", "Header SHA256", "banner_0_hash", "pe-resource-list", "TypeRefHash", "CodeDirectory hash", "CDHash",
        "symhash", "telfhash", "MACHOC",
    ],
)  # fmt: skip
def test_headings_of_what_is_no_files_hash(text: str) -> None:
    meaning = heading(text)
    assert meaning.reason
    assert not meaning.hash


@pytest.mark.parametrize("text", ["Keyword", "Monkey", "passed", "Token grabber family", "Key findings", "Data", "IoC"])
def test_words_that_only_contain_such_a_word_say_nothing(text: str) -> None:
    assert not heading(text).reason


@pytest.mark.parametrize(
    ("text", "role"), [("Hash", ""), ("File_Hash", ""), ("Template Hash", "template"), ("Payload SHA-256", "payload")]
)
def test_a_heading_says_whose_hash_it_is(text: str, role: str) -> None:
    assert heading(text).role == role


@pytest.mark.parametrize(
    "text", ["imphash:", "Serial number", "fixed in commit", "creates a mutex named", "JA3", "sha512 =", "password is"]
)
def test_a_label_ends_in_what_it_names(text: str) -> None:
    assert label(text)


@pytest.mark.parametrize(
    "text", ["SHA256 hash:", "Password stealer", "signed with a stolen certificate, the dropper", "dropped file"]
)
def test_a_phrase_about_a_file_is_no_such_label(text: str) -> None:
    assert not label(text)


def test_free_text_beside_a_value_speaks_only_where_it_says_nothing_else() -> None:
    assert only_label("Certificate thumbprint")
    assert only_label("SSL Public Key MD5")
    assert not only_label("Steals passwords")
    assert not only_label("ransomware TellYouThePass")


def test_tags_are_no_types() -> None:
    assert heading("attribute_type").type
    assert not heading("attribute_tag").type


@pytest.mark.parametrize(
    "text",
    [
        "The password for the archive is",
        "Das Passwort des Archivs ist",
        "Der Mutex lautet",
        "La contraseña del zip es",
        "Token de sesión",
        "Identificador de la víctima",
        "Clave AES",
        "Clé de chiffrement",
        "Chave de criptografia",
        "解密密钥为",
        "ミューテックス名",
        "SSL certificate blacklist",
    ],
)
def test_a_label_is_heard_where_its_language_puts_it(text: str) -> None:
    assert label(text)


@pytest.mark.parametrize(
    "text",
    [
        "Password stealer",
        "Certificate of the loader, MD5",
        "Key for the archive with MD5",
        "signed with a stolen certificate, dropper",
        "Hash der Datei",
        "Key findings for the campaign",
        "Steals credentials for banking",
        "Backdoor with hard coded password to C2",
        "Malware signed by the certificate of X",
        "Ransomware with the key of the victim",
        "Uses token for privilege escalation",
        "Installs certificate for MITM",
        "Trojan that logs every key to disk",
    ],
)
def test_whose_hash_it_is_may_follow_a_word_for_something_else(text: str) -> None:
    assert not label(text)


@pytest.mark.parametrize(
    "text",
    [
        "NTLM hash of Administrator",
        "password hash of the admin",
    ],
)
def test_what_a_value_is_may_stand_before_what_it_is_of(text: str) -> None:
    assert label(text)


@pytest.mark.parametrize("text", ["SHA-512 and SHA-256 of the file", "MD5 hash of the NTLM tool", "Hash of Tiger RAT"])
def test_what_a_hash_is_of_is_no_word_for_the_hash(text: str) -> None:
    assert not label(text)
