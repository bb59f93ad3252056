"""Which row holds the headings."""

from __future__ import annotations

import pytest

from enrich.model.row import Row
from enrich.scan import header_row
from enrich.standin.synthetic import hashes
from tests.support.made_sheets import md5, scanned, sha256, values


def table(heading: list[str], name: str) -> list[Row]:
    rows = [Row(1, heading)]
    rows += [
        Row(number, [name.format(number), "ada", f"C:\\temp\\{number}.exe", hashes(number)[2], str(number * 7), "EDR"])
        for number in range(2, 30)
    ]
    return rows


@pytest.mark.parametrize(
    "name", ["HOST-{}", "host_{}", "ip-10-0-0-{}", "URL{}", "file-{}", "domain-controller-{}", "ws{}"]
)
@pytest.mark.parametrize("first", ["Host", "Hostname", "Domain", "File name", "URL", "Machine"])
def test_names_that_begin_like_a_type_leave_the_headings_headings(first: str, name: str) -> None:
    heading = [first, "User", "Path", "SHA256", "Size", "Source"]
    assert header_row.find(table(heading, name)) == 1


def test_a_table_of_types_and_values_without_headings_has_none() -> None:
    rows = [
        Row(number, [kind, value])
        for number, (kind, value) in enumerate(
            [("mutex", "Global one"), ("md5", hashes(1)[0]), ("domain", "evil.example"), ("file name", "a tool")], 1
        )
    ]
    assert header_row.find(rows) is None


def test_a_log_that_names_its_fields_has_them_a_cell_to_the_right() -> None:
    rows = [
        ["#separator \\x09"],
        ["#path", "files"],
        ["#fields", "ts", "fuid", "mime_type", "md5", "ja3"],
        ["#types", "time", "string", "string", "string", "string"],
        ["1500000000.1", "FabcB1", "application/x-dosexec", md5(1), md5("ja3")],
        ["1500000001.1", "FabcB2", "application/x-dosexec", "-", md5("ja3")],
        ["#close", "2020-01-01"],
    ]
    placement = scanned(*rows)
    assert values(placement) == [md5(1)]
    assert placement.columns[0].heading == "md5"


def test_hosts_below_the_headings_open_no_further_table() -> None:
    rows = [["domain", "eu.miner.pw", "C2 for Miner"], ["domain", "*.tokens.top", "C2 for Miner"]]
    heading = ["Indicator_type", "Data", "Notes"]
    assert values(scanned(heading, *rows, ["sha256", sha256(1), "Miner"])) == [sha256(1)]


def test_a_blank_cell_under_no_heading_repeats_none() -> None:
    heading = ["Indicator", "Data", "", "Notes"]
    rows = [
        ["ip", "8.8.8.8", "x", ""],
        ["filename", "iHEpkSYD", " ", "Believed to be C2"],
        ["md5", md5(1), "", "x process"],
    ]
    assert values(scanned(heading, *rows)) == [md5(1)]


@pytest.mark.parametrize(
    ("above", "names"),
    [
        (["When / where", "", "File", "", ""], ["Seen", "Host", "Path", "SHA256", "Comment"]),
        (["File", "", "Certificate", ""], ["MD5", "Name", "Serial", "SHA1"]),
    ],
)
def test_headings_stand_in_the_row_of_columns_and_not_in_that_of_groups(above: list[str], names: list[str]) -> None:
    data = [sha256(1) if name == "SHA256" else md5(1) if name == "MD5" else "x" for name in names]
    assert scanned(above, names, data, data).header_row == 2


@pytest.mark.parametrize("below", [["x.exe", "Emotet", "seen"], ["Emotet", "loader", "active"]])
def test_a_row_of_data_below_headings_with_a_gap_names_no_columns(below: list[str]) -> None:
    assert scanned(["Name", "", "Family"], below, [md5(1), "b", "c"]).header_row == 1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["host", "sha256", "note"]], 1),
        ([["Name", "Type", "First seen"]], 1),
        ([["ws1", "Administrator"]], None),
        ([["evil.example.com", "2024-05-01"]], None),
        ([["sha256"]], None),
    ],
)
def test_headings_alone_are_headings(rows: list[list[str]], expected: int | None) -> None:
    assert header_row.find([Row(number, texts) for number, texts in enumerate(rows, 1)]) == expected
