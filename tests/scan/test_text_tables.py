"""Tables within a text: a value in a line of one has its heading, and what stands beside it there."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan.columns import SheetColumns
from enrich.scan.text_tables import TextTables
from tests.support.made_sheets import md5, sha1, sha256
from tests.support.real_lists import scanned

MARKDOWN = """# Incident

| Time | Host | Indicator |
|------|:----:|-----------|
| 10:00 | ws1.client.com | evil.com |
| 10:05 | dc1.client.com | 45.9.148.81 |

The list ends here.
"""
WITHOUT_OUTER_BARS = """Incident

Host | Indicator
--- | ---
ws1.client.com | evil.com
dc1.client.com | 45.9.148.81
"""
OF_A_DATABASE = """select * from hits;
+----------------+-------------+
| hostname       | c2          |
+----------------+-------------+
| ws1.client.com | evil.com    |
| dc1.client.com | 45.9.148.81 |
+----------------+-------------+
"""
BY_TABS = "Findings:\n\nHost\tSeen\tIndicator\nws1.client.com\t1\tevil.com\ndc1.client.com\t2\t45.9.148.81\n\nEnd.\n"
PRINTED = """Get-NetTCPConnection

LocalAddress  LocalPort RemoteAddress RemoteHost State
------------  --------- ------------- ---------- -----
81.12.33.19       50000 45.9.148.81   evil.com   Established
"""
WITHOUT_RULE = """Active Connections

  Proto  Local Address          Foreign Address        Foreign Site
  TCP    81.12.33.19:49713      45.9.148.81:8443       evil.com
"""


def taken(folder: Path, text: str) -> set[str]:
    path = folder / "report.txt"
    path.write_text(text, encoding="utf-8")
    found = [s for placement in scanned(path, kinds=("domain", "ip", "hash")) for s in placement]
    return {sighting.value for sighting in found if sighting.found is Found.INDICATOR}


@pytest.mark.parametrize(
    "text", [MARKDOWN, WITHOUT_OUTER_BARS, OF_A_DATABASE, BY_TABS, PRINTED, WITHOUT_RULE], ids=lambda text: text[:12]
)
def test_what_stands_below_a_heading_of_ones_own_machines_stays_home(tmp_path: Path, text: str) -> None:
    assert taken(tmp_path, text) == {"evil.com", "45.9.148.81"}


def test_types_and_notes_of_a_line_are_of_its_value(tmp_path: Path) -> None:
    table = f"""# Findings

| Type | Value | Note |
|---|---|---|
| certificate thumbprint | {md5("certificate")} | |
| md5 | {md5("file")} | |
| domain | evil.com | C2 |
| domain | client.com | compromised website |

| Name | Serial number | SHA256 |
|---|---|---|
| a.exe | {md5("serial")} | {sha256("file")} |
"""
    assert taken(tmp_path, table) == {md5("file"), "evil.com", sha256("file")}


def test_a_heading_holds_up_to_the_end_of_its_table(tmp_path: Path) -> None:
    text = "| Host | IOC |\n|---|---|\n| ws1.client.com | evil.com |\n\nevil.org\n| evil.net |\n"
    assert taken(tmp_path, f"Report of the incident, in words.\n\n{text}") == {"evil.com", "evil.org", "evil.net"}


def test_a_bar_in_a_cell_and_an_empty_cell_shift_no_heading(tmp_path: Path) -> None:
    text = "Report\n\n| Note | Host | IOC |\n|---|---|---|\n| a \\| b | ws1.client.com | evil.com |\n| | ws2.client.com | |\n"
    assert taken(tmp_path, text) == {"evil.com"}


def test_words_that_no_table_needs_leave_a_list_as_it_is(tmp_path: Path) -> None:
    text = f"Emotet    Banking\n{md5('a')}  a.exe\nevil.com  45.9.148.81\n\nHost\n----\nevil.org\n"
    assert taken(tmp_path, text) == {md5("a"), "evil.com", "45.9.148.81", "evil.org"}


TABLES = [[], ["a | b", "--|--"], ["a  b  a", "-  --  -"], ["aa\tbb\tab"], ["a   ab   b"]]
"""Headings of tables that begin among any lines."""


@given(st.sampled_from(TABLES), st.lists(st.text("ab|-+=: \t.", max_size=30), max_size=8))
@example(["a | b", "--|--"], ["a|b", "a  b|ab"])
def test_any_lines_are_read_and_fields_lie_within_them_in_order(headings: list[str], lines: list[str]) -> None:
    tables = TextTables(SheetColumns(()))
    for number, line in enumerate([*headings, *lines], 1):
        table = tables.see(Row(number, (line,)))
        if table is None:
            continue
        fields = table.fields(line)
        assert len(table.apart(line)) == len(line)
        assert all(line[field.start : field.end].strip() == field.text for field in fields)
        assert all(one.end <= other.start for one, other in pairwise(fields))


def test_headings_of_a_further_table_are_of_no_row_above_them(tmp_path: Path) -> None:
    text = f"Type,Value\ndomain,evil.com\nmd5,{md5('file')}\nName,Serial number\na.exe,12\n"
    assert taken(tmp_path, text) == {"evil.com", md5("file")}


@pytest.mark.parametrize("heading", ["CVE ID", "Rule ID", "Sample number", "Certificate serial"])
def test_the_headings_of_a_table_are_no_title_of_its_lines(tmp_path: Path, heading: str) -> None:
    text = f"Report, in words.\n\n| SHA256 | Family | {heading} |\n|---|---|---|\n| {sha256('a')} | X | 12 |\n"
    assert taken(tmp_path, text) == {sha256("a")}
    printed = f"Report, in words.\n\nSHA256{' ' * 60}Family  {heading}\n{sha256('a')}  X       12\n"
    assert taken(tmp_path, printed) == {sha256("a")}


def test_a_title_above_a_table_holds_below_its_headings(tmp_path: Path) -> None:
    text = f"Report, in words.\n\n## Certificates\n\n| SHA1 | CN |\n|---|---|\n| {'ab12' * 10} | X |\n"
    assert taken(tmp_path, text) == set()


def test_names_and_their_values_below_each_other_are_no_table(tmp_path: Path) -> None:
    text = f"Notes.\n\nStatus      Compromised\nC2          45.9.148.81\nSite        http://evil.com/a\nFamily      Session Token\nMD5         {md5('a')}\n"
    assert taken(tmp_path, text) >= {"45.9.148.81", md5("a")}


def test_a_blank_line_may_stand_between_a_table_s_headings_and_its_rows(tmp_path: Path) -> None:
    """As Volatility prints its tables, below a line of its own."""
    path, banner, headings = tmp_path / "hashdump.txt", "Volatility 3 Framework 2.5.2\n\n", "User\trid\tnthash\n"
    path.write_text(f"{banner}{headings}\nmax\t1001\t{md5(1)}\nann\t1002\t{md5(2)}\n", encoding="utf-8")
    assert [s.found for placement in scanned(path) for s in placement] == [Found.LEFT_OUT] * 2
    path.write_text(f"{banner}{headings}\n\nmax\t1001\t{md5(1)}\n", encoding="utf-8")
    assert [s.found for placement in scanned(path) for s in placement] == [Found.INDICATOR], "two blank lines end it"


IMAGES = f"""REPOSITORY               TAG     DIGEST                                                                    IMAGE ID
registry.client.com/app  1.2     sha256:{sha256("image")}   0123456789ab
"""


@pytest.mark.parametrize(
    "text",
    [
        IMAGES,
        # Volatility's lsadump: what stands below "Hex" is of whatever stands beside it
        f"Banner of a tool 2.7\n\nKey\tSecret\tHex\nDPAPI_SYSTEM\tabc\t{sha1('dpapi')}\n",
        f"Name        Cookie      Colour\nmax         abc         {md5('colour')}\n",
    ],
)
def test_below_a_heading_that_says_nothing_beside_one_that_does_nothing_is_asked_for(tmp_path: Path, text: str) -> None:
    (tmp_path / "output.txt").write_text(text, encoding="utf-8")
    placements = scanned(tmp_path / "output.txt", ("hash", "domain", "ip", "url"))
    assert [s.value for placement in placements for s in placement if s.found is Found.INDICATOR] == []


def test_where_no_heading_says_anything_values_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "output.txt").write_text(f"Alpha   Beta   Gamma\nfirst   one    {sha256('a')}\n", encoding="utf-8")
    assert [s.value for placement in scanned(tmp_path / "output.txt") for s in placement] == [sha256("a")]
