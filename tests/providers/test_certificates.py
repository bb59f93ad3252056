"""Whose certificates are trusted, and that a list that cannot be read is told instead of trusting nobody."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi
import pytest

from enrich.errors import UsageError
from enrich.providers.shared.certificates import VARIABLES, Authorities, find_authorities, trust


def test_the_user_wins_over_the_variables_and_these_hold_in_their_order() -> None:
    every = {name: f"/{name}" for name in reversed(VARIABLES)}
    assert find_authorities(Path("/mine"), "--ca-bundle", every) == Authorities("/mine", "--ca-bundle")
    for name in VARIABLES:
        assert find_authorities(None, "", every) == Authorities(f"/{name}", name)
        del every[name]
    assert find_authorities(None, "", every).path is None


def test_a_folder_of_plain_files_is_read(tmp_path: Path) -> None:
    (tmp_path / "corporate.pem").write_bytes(Path(certifi.where()).read_bytes())
    context = trust(str(tmp_path), "SSL_CERT_DIR")
    assert isinstance(context, ssl.SSLContext)
    assert len(context.get_ca_certs()) > 10
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize("name", ["missing.pem", "empty-folder", "words.pem", "nul\0"])
def test_what_holds_no_certificate_is_told_with_its_place(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty-folder").mkdir()
    (tmp_path / "words.pem").write_text("no certificate")
    with pytest.raises(UsageError, match="CA bundle of REQUESTS_CA_BUNDLE"):
        trust(str(tmp_path / name), "REQUESTS_CA_BUNDLE")
