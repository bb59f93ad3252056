"""Workbooks that are read whole: cells as they are shown, merged cells, and damage that would take us along."""

from __future__ import annotations

import gzip
import io
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from enrich.errors import InputError
from enrich.formats import open_document
from tests.support.small_files import MD5, cells, ods, opened, row


def test_a_row_repeated_a_million_times_in_ods_is_refused(tmp_path: Path) -> None:
    wide = row("x", 1_000_000).replace("<table:table-cell ", '<table:table-cell table:number-columns-repeated="1000" ')
    with pytest.raises(InputError, match="cells"):
        opened(tmp_path, "a.ods", ods(wide))


def test_an_ods_that_is_indented_or_does_not_name_its_type_is_read(tmp_path: Path) -> None:
    lines = (row("a b") + row(MD5)).replace("><table:", ">\n  <table:").replace("></table:", ">\n</table:")
    whole = ods(lines.replace("><text:p", ">\n    <text:p"))
    assert cells(opened(tmp_path, "a.ods", whole)) == [["a b"], [MD5]]
    unnamed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as file, zipfile.ZipFile(unnamed, "w") as other:
        for name in ("content.xml", "META-INF/manifest.xml"):
            other.writestr(name, file.read(name))
    assert cells(opened(tmp_path, "b.ods", unnamed.getvalue())) == [["a b"], [MD5]]


def test_ods_cells_are_text_as_they_are_shown(tmp_path: Path) -> None:
    number = row("12", kind='office:value-type="float" office:value="12"')
    grown = row("1,23E+31", kind='office:value-type="float" office:value="1.23E+31"')
    day = row("1.5.24", kind='office:value-type="date" office:date-value="2024-05-01"')
    assert cells(opened(tmp_path, "a.ods", ods(number + row("007") + grown + day))) == [
        ["12"],
        ["007"],
        ["1.23E+31"],
        ["2024-05-01"],
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "converted"), [("xlsx", False), ("xlsx.gz", False), ("xls", True), ("ods", True)])
def test_merged_cells_are_known_in_every_kind_of_workbook(
    tmp_path: Path, suffix: str, converted: bool, request: pytest.FixtureRequest
) -> None:
    book = openpyxl.Workbook()
    for line in (("TLP", "SHA256", "Note"), ("RED", "a", "n"), (None, "b", None), (None, "c", "o")):
        book.active.append(line)
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("C2:C3")
    book.active.merge_cells("D1:E1")
    book.save(tmp_path / "in.xlsx")
    path = tmp_path / f"in.{suffix}"
    if suffix.endswith("gz"):
        path.write_bytes(gzip.compress((tmp_path / "in.xlsx").read_bytes(), mtime=0))
    if converted:
        soffice = request.getfixturevalue("soffice")
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", suffix, "--outdir", tmp_path, tmp_path / "in.xlsx"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    with closing(open_document(path)) as document:
        (sheet,) = document.sheets
        rows = list(document.rows(sheet))
        assert [row.number for row in rows] == [1, 2, 3, 4]
        assert [row.attached[0] for row in rows[2:]] == [(0, rows[1].texts[0])] * 2
        assert {area for area in document.merged(sheet) if area[1] != area[3]} == {(0, 2, 0, 4), (2, 2, 2, 3)}


def test_sheets_of_ours_in_an_ods_are_none_of_the_analysts(tmp_path: Path) -> None:
    names = "".join(
        f'<table:named-range table:name="{name}" table:cell-range-address="${sheet}.$A$1"/>'
        for name, sheet in [
            ("_ioc_enrich.VirusTotal", "VirusTotal"),
            ("_ioc_enrich.Summary", "'It''s ours'"),
            ("x", "c"),
        ]
    )
    sheets = "".join(
        f'<table:table table:name="{name}">{row(text)}</table:table>'
        for name, text in (("VirusTotal", "not_found"), ("It's ours", "ioc-enrich 1.0"))
    )
    rest = f'{sheets}<table:named-expressions>{names}</table:named-expressions><table:table table:name="c">{row("x")}'
    assert opened(tmp_path, "a.ods", ods(f"{row(MD5)}</table:table>{rest}")).sheets == ["One", "c"]


def test_a_sheet_of_an_ods_with_our_mark_and_other_content_is_the_analysts(tmp_path: Path) -> None:
    name = '<table:named-range table:name="_ioc_enrich.VirusTotal" table:cell-range-address="$One.$A$1"/>'
    names = f"</table:table><table:named-expressions>{name}</table:named-expressions>"
    document = opened(tmp_path, "a.ods", ods(f'{row(MD5)}{names}<table:table table:name="c">{row("x")}'))
    assert document.sheets == ["One", "c"]
    assert "hidden mark" in document.warnings[-1]


def test_rows_merged_in_ods_are_counted_below_rows_that_repeat(tmp_path: Path) -> None:
    repeated = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    merged = '<table:table-cell table:number-columns-repeated="2"/><table:table-cell table:number-rows-spanned="2"/>'
    document = opened(tmp_path, "a.ods", ods(f"{repeated}<table:table-row>{merged}</table:table-row>{row('x')}"))
    assert document.merged(document.sheets[0]) == [(2, 4, 2, 5)]


def test_a_text_merges_nothing(tmp_path: Path) -> None:
    document = opened(tmp_path, "a.csv", b"a,b\n1,2\n")
    assert document.merged("") == []


_LINKED = (
    '<table:table-row><table:table-cell office:value-type="string"><text:p>'
    '<text:a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://x/1">VT</text:a></text:p></table:table-cell>'
    "<table:table-cell><office:annotation><text:p>one</text:p><text:p>two</text:p></office:annotation>"
    "</table:table-cell></table:table-row>"
)


def test_links_comments_and_formulas_of_an_ods_hang_on_their_cells(tmp_path: Path) -> None:
    empty = '<table:table-cell table:formula="of:=LOWER(&quot;{}&quot;)"{}/>'
    formulas = "".join(
        f"<table:table-row>{empty.format(text, value)}</table:table-row>"
        for text, value in (("AB", ""), ("CD", ' office:value-type="string"'))
    )
    with closing(opened(tmp_path, "a.ods", ods(_LINKED + row("x", 2) + formulas))) as document:
        rows = {r.number: (r.attached, r.uncalculated) for r in document.rows("One") if r.attached or r.uncalculated}
        assert rows == {1: (((0, "https://x/1"), (1, "one\ntwo")), ()), 4: (((0, "AB"),), (0,))}
        assert any("1 formula has no result in the file (the first in A4)" in text for text in document.warnings)
