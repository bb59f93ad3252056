"""A container whose chains never end is found out before a reader walks them for ever."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from enrich.errors import InputError
from enrich.formats import open_document
from enrich.formats.shared.ole import OLE, is_endless

END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
STREAM, ROOT = 2, 5


def container(
    *, table: tuple[int, ...] = (TABLE, END, 3, END), more: int = END, size: int = 5000, first: int = 2, mini: int = END
) -> bytes:
    """Sector 0 is the table, 1 the directory with one stream "Workbook", which lies in 2 and 3."""
    header = bytearray(512)
    header[:8] = OLE
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 1, 0, 4096, mini, int(mini != END), more, int(more != END), 0)
    struct.pack_into("<109I", header, 76 - 4 + 4, 0, *[FREE] * 108)
    entry = bytearray(128)
    entry[:18] = "Workbook\0".encode("utf-16-le")
    entry[64:67] = bytes((18, 0, STREAM))
    struct.pack_into("<II", entry, 116, first, size)
    following = struct.pack("<128I", *table, *[FREE] * (128 - len(table)))
    return bytes(header) + following + entry.ljust(512, b"\0") + bytes(6000)


@pytest.mark.parametrize(
    ("change", "endless"),
    [
        ({}, False),
        ({"table": (TABLE, 1, 3, END)}, True),
        ({"table": (TABLE, END, 3, 2)}, True),
        ({"table": (TABLE, END, 3, 9000)}, False),
        ({"table": (TABLE, END, 3, END, 4)}, False),
        ({"size": 1 << 30}, True),
        ({"more": 2, "table": (TABLE, END, 3, END)}, False),
        ({"mini": 2, "table": (TABLE, END, 3, 2)}, True),
        ({"mini": 3, "size": 100, "first": 0}, True),
    ],
    ids=[
        "sound", "directory", "stream", "torn", "loop that nobody enters", "huge stream", "zeros as tables",
        "mini table", "mini stream",
    ],
)  # fmt: skip
def test_a_chain_that_bites_its_tail_is_found(tmp_path: Path, change: dict[str, object], endless: bool) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(container(**change))  # type: ignore[arg-type]
    assert is_endless(path) is endless


def test_a_list_of_tables_that_never_ends_is_found(tmp_path: Path) -> None:
    data = bytearray(container(more=4))
    data += bytes(5 * 512 + 512 - len(data) % 512)
    struct.pack_into("<I", data, 5 * 512 + 508, 4)
    path = tmp_path / "a.xls"
    path.write_bytes(data)
    assert is_endless(path)


@pytest.mark.parametrize("content", [OLE, OLE + bytes(504), OLE + b"\xff" * 3000, b"text" * 300])
def test_what_is_no_whole_container_ends(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(content)
    assert not is_endless(path)


def test_a_panic_of_the_reader_is_heard_as_a_sentence_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(container()[:1500])
    with pytest.raises(InputError, match="damaged"):
        open_document(path)
    assert capfd.readouterr() == ("", "")


def test_such_a_workbook_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(container(table=(TABLE, END, 3, 2)))
    with pytest.raises(InputError, match="damaged"):
        open_document(path)
