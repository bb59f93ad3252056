"""The key: its places in order, and never in a repr or a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from enrich.errors import KeyProblem
from enrich.providers import Access, virustotal
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
    assert SECRET not in caught.value.one_line


def test_a_broken_vt_cli_file_is_vt_clis_business(tmp_path: Path) -> None:
    (tmp_path / ".vt.toml").write_text("apikey = [")
    with pytest.raises(KeyProblem, match="no API key"):
        find_key(KEY_PLACES, None, {}, tmp_path)


def test_the_key_is_in_no_repr() -> None:
    assert SECRET not in repr(Key(SECRET, "somewhere"))
    assert SECRET not in f"{Key(SECRET, 'somewhere')}"


KEY = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "content",
    [
        f"VT_API_KEY={KEY}\n",
        f'export VT_API_KEY="{KEY}"\r\n',
        f"set VT_API_KEY={KEY}",
        f'set "VT_API_KEY={KEY}"\r\n',
        f'setx VT_API_KEY "{KEY}"',
        f"$env:VT_API_KEY = '{KEY}'",
        f"VT_API_KEY: {KEY}  # mine",
        f'[Environment]::SetEnvironmentVariable("VT_API_KEY", "{KEY}", "User")\r\n',
        f"setx VT_API_KEY {KEY} /M\r\n",
        f"@echo off\r\nset VT_API_KEY={KEY}\r\nenrich run a.xlsx\r\n",
        f'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Environment]\r\n"VT_API_KEY"="{KEY}"\r\n',
        f"set -gx VT_API_KEY {KEY}\n",
        f"setenv VT_API_KEY {KEY}\n",
        f"ENV VT_API_KEY={KEY}\n",
        f"export VT_API_KEY={KEY}; export OTHER=1\n",
        f'{{"VT_API_KEY": "{KEY}"}}',
        f'apikey="{KEY}"',
        f"# the key of the SOC\n\nOTHER=1\nVT_API_KEY={KEY};\nLAST=2\n",
        f"\N{LEFT DOUBLE QUOTATION MARK}{KEY}\N{RIGHT DOUBLE QUOTATION MARK}",
        f"'{KEY}'",
        f"{KEY}\r\n\r\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_key_is_read_as_people_and_windows_write_it(tmp_path: Path, content: str, encoding: str) -> None:
    file = tmp_path / "key"
    file.write_bytes(content.encode(encoding))
    assert find_key(KEY_PLACES, file, {}, tmp_path).secret == KEY


@pytest.mark.parametrize(
    "content",
    ["VT_API_KEY is still to be asked for, see the ticket", f"set -x VT_API_KEY {KEY}\nset -x VT_API_KEY {'f' * 64}"],
)
def test_of_words_behind_a_name_none_is_guessed(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content)
    with pytest.raises(KeyProblem) as caught:
        find_key(KEY_PLACES, tmp_path / "key", {}, tmp_path)
    assert KEY not in caught.value.one_line


def test_quotes_that_a_shell_left_in_the_variable_are_no_part_of_the_key(tmp_path: Path) -> None:
    assert find_key(KEY_PLACES, None, {"VT_API_KEY": f'"{KEY}" '}, tmp_path).secret == KEY


def test_of_several_lines_without_a_known_name_none_is_guessed(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"ONE={KEY}\nTWO={SECRET}\n")
    with pytest.raises(KeyProblem) as caught:
        find_key(KEY_PLACES, tmp_path / "key", {}, tmp_path)
    assert KEY not in caught.value.one_line


def test_the_key_files_as_windows_made_them(shared: Path) -> None:
    files = sorted((shared / "faults" / "13-windows-keys").iterdir())
    assert len(files) > 3
    assert {find_key(KEY_PLACES, file, {}, shared).secret for file in files} == {KEY}


def test_a_key_file_on_the_command_line_wins_over_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY)
    there = {"VT_API_KEY": SECRET}
    assert find_key(KEY_PLACES, file, there, tmp_path, file_first=True).secret == KEY
    assert find_key(KEY_PLACES, file, there, tmp_path).secret == SECRET


@pytest.mark.parametrize("exists", [True, False])
def test_a_key_given_in_place_of_its_files_name_is_not_echoed(tmp_path: Path, exists: bool) -> None:
    file = tmp_path / KEY
    if exists:
        file.write_text("")
    with pytest.raises(KeyProblem) as caught:
        find_key(KEY_PLACES, file, {}, tmp_path, file_first=True)
    assert KEY not in caught.value.one_line


def test_a_file_that_others_may_read_is_known_as_such(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY)
    for mode, is_open in ((0o600, False), (0o400, False), (0o640, True), (0o644, True)):
        file.chmod(mode)
        assert find_key(KEY_PLACES, file, {}, tmp_path).is_open_to_others is is_open
    assert not find_key(KEY_PLACES, None, {"VT_API_KEY": KEY}, tmp_path).is_open_to_others


@pytest.mark.parametrize("word", ["replace-with-your-api-key", KEY[:-1], KEY + "0", "g" + KEY[1:]])
def test_what_can_be_no_key_is_never_sent_to_virustotal(word: str) -> None:
    with pytest.raises(KeyProblem, match="64 hexadecimal digits") as caught:
        virustotal.make(Access(word))
    assert word not in caught.value.one_line
    virustotal.make(Access(word, address="http://127.0.0.1:9"))
