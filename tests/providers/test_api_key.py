"""The key: its places in order, and never in a repr or a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.errors import KeyProblem
from enrich.providers.shared.api_key import Key, find_key
from enrich.providers.virustotal import KEY_PLACES

SECRET = "5ec4e7" * 10 + "beef"


def test_places_are_asked_in_order(tmp_path: Path) -> None:
    (tmp_path / ".vt.toml").write_text('apikey="from-vt-cli"\n')
    file = tmp_path / "key"
    file.write_text("from-file\n")
    both = {"VT_API_KEY": " from-env \n", "VTCLI_APIKEY": "from-vtcli-env"}
    assert find_key(KEY_PLACES, file, both, tmp_path).secret == "from-env"
    assert find_key(KEY_PLACES, file, {"VTCLI_APIKEY": "from-vtcli-env"}, tmp_path).secret == "from-vtcli-env"
    assert find_key(KEY_PLACES, file, {}, tmp_path).secret == "from-file"
    assert find_key(KEY_PLACES, None, {}, tmp_path).secret == "from-vt-cli"


def test_no_key_says_where_to_put_one(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem) as caught:
        find_key(KEY_PLACES, None, {}, tmp_path)
    assert "VT_API_KEY" in caught.value.hint
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", None])
def test_a_key_file_that_holds_none_is_named_and_not_shown(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(KeyProblem, match="key file"):
        find_key(KEY_PLACES, file, {}, tmp_path)


def test_a_key_on_two_lines_is_named_by_its_place_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{SECRET}\n{SECRET}\n")
    with pytest.raises(KeyProblem, match="line break") as caught:
        find_key(KEY_PLACES, tmp_path / "key", {}, tmp_path)
    assert str(tmp_path / "key") in str(caught.value)
    assert SECRET not in caught.value.told


def test_a_broken_vt_cli_file_is_vt_clis_business(tmp_path: Path) -> None:
    (tmp_path / ".vt.toml").write_text("apikey = [")
    with pytest.raises(KeyProblem, match="no API key"):
        find_key(KEY_PLACES, None, {}, tmp_path)


def test_the_key_is_in_no_repr() -> None:
    assert SECRET not in repr(Key(SECRET, "somewhere"))
    assert SECRET not in f"{Key(SECRET, 'somewhere')}"
