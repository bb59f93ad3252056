"""A heading or a title names its object by its head: what merely tells files apart makes no secret of their hashes."""

from __future__ import annotations

import pytest

from enrich.indicators.hash.labels import about, heading
from enrich.indicators.hash.phrases import plain, subjects


@pytest.mark.parametrize(
    "text",
    [
        "Samples sharing the same imphash:", "Files signed with the stolen certificate", "Malware using that mutex",
        "Hashes of files signed with a certificate", "Tools to steal cookies", "Samples by campaign ID", "Hashes sharing JA3",
        "SHA-256 hashes (signed with a revoked certificate)", "Samples (grouped by imphash)", "PDFs protected by password",
        "Wallet app hash", "Certificate-signed samples", "SHA256 of the certificate installer", "Mutex samples",
        "Trojanized wallets", "Cobalt Strike beacons by public key",
    ],
)  # fmt: skip
def test_files_stay_files_whatever_tells_them_apart(text: str) -> None:
    assert not about(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mutex created by the sample", "Imphash of samples", "SHA-1 of the signing certificate", "Hash (certificate)",
        "Sign-in token", "Thumbprint (SHA1, SHA256)", "Serial number of the cert", "Password (MD5)", "Key for decryption",
        "Mutexes and keys", "Certificate of malware", "GUIDs", "IMP", "PESHA-256", "docker image id", "sections.md5",
        "resource details sha256", "hasshserver-md5", "Process ID", "static.pe.rh_hash", "Signer SHA1",
        "证书SHA1", "Ключ шифрования",
    ],
)  # fmt: skip
def test_what_a_phrase_is_about_is_left_out(text: str) -> None:
    assert about(text)


@pytest.mark.parametrize(
    "text",
    [
        "Salt Typhoon", "Magnet Goblin", "Tiger RAT", "Serial killer", "CERT-UA", "US-CERT hashes", "KeyPlug", "Gost",
        "TokenBreaker", "Session 3", "Panama", "Patch SHA256", "Session SHA256", "Cert.pl report",
    ],
)  # fmt: skip
def test_names_that_hold_such_a_word_say_nothing(text: str) -> None:
    assert not about(text)


@pytest.mark.parametrize(
    "text", ["Hash / Mutex / Domain", "Indicators (hash, key, mutex)", "File/Mutex", "SHA256|URL|mutex"]
)
def test_a_column_of_several_kinds_is_decided_value_by_value(text: str) -> None:
    assert not about(text)


def test_the_surest_subject_comes_first() -> None:
    assert subjects("Mutex created by the dropper") == ["mutex created"]
    assert subjects("Sign-in token") == ["sign", "token"]
    assert subjects("SHA-1 (certificate)") == ["certificate"]
    assert subjects("Files with a key") == subjects("Hash") == []


def test_words_are_told_apart_by_their_capitals() -> None:
    assert plain("FileHash-MD5") == "file hash md5"
    assert plain("GUIDs of DLLs") == "guids of dlls"


@pytest.mark.parametrize("text", ["aid", "src.process.uid", "unique_id", "Scan ID", "id"])
def test_a_column_of_record_numbers_is_one(text: str) -> None:
    assert heading(text).id or heading(text).reason


@pytest.mark.parametrize("text", ["sample_id", "File ID", "entity_id", "SHA256 ID", "Indicator ID"])
def test_the_id_of_a_file_may_be_its_hash(text: str) -> None:
    assert not heading(text).id
    assert not heading(text).reason
