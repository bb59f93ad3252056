"""An independent validator of the standard finds nothing in an output that its original did not have."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from enrich.errors import EnrichError
from enrich.formats.xlsx.create import create
from enrich.model.column import Column, Type
from enrich.model.page import BarChart, Direction, Page, Section
from enrich.model.row import Added, Row
from enrich.model.verdict import Tone
from tests.formats.xlsx.parts import HEAD, line
from tests.support.real_workbooks import of_every_kind

openxml_audit = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")
LARGE = 25_000
"""Bytes; the validator takes seconds for each larger one."""


def faults(path) -> Counter[str]:
    """What it says, without places that our rows and parts move."""
    found = openxml_audit.OpenXmlValidator(max_errors=100_000).validate(path).errors
    return Counter(re.sub(r"\d+", "#", f"{error.part_uri}: {error.description}") for error in found)


def pages(kit):
    columns = (Column("label", "Label", "", Type.TEXT), Column("files", "Files", "", Type.INTEGER))
    rows = [Added(("malicious", 3), Tone.MALICIOUS), Added(("undetected", 2), Tone.PLAIN)]
    charts = [
        Section(heading, columns=columns, rows=rows, chart=BarChart("Files", direction), notes=("In words.",))
        for heading, direction in (("One", Direction.DOWN), ("Two", Direction.ACROSS))
    ]
    return [Page("VirusTotal", kit.columns, [kit.full], ("Intro",)), Page("Summary", sections=charts)]


def test_the_validator_finds_what_is_wrong(kit):
    assert faults(kit.book('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'))


def test_a_workbook_that_was_written_back_has_no_fault_more(kit):
    path = kit.book(HEAD + line(2), strings="<si><t>theirs</t></si>")
    given, _ = kit.give(path, {"Sheet1": kit.addition([2])}, pages(kit))
    assert not faults(given) - faults(path)


def test_a_new_workbook_has_none(kit):
    out = kit.folder / "new.xlsx"
    with out.open("wb") as target:
        rows = [Row(1, ["Host", "MD5"]), Row(2, [" a ", "b\n\x00<"])]
        create(target, [("One", rows, kit.addition([2]))], pages(kit))
    # it asks for a theme, which the standard leaves to the writer (ECMA-376 part 1, 12.3.23) and Excel does without
    assert not {fault for fault in faults(out) if "relationships/theme" not in fault}


@pytest.mark.slow
@pytest.mark.shared
def test_real_workbooks_have_no_fault_more(kit, shared):
    checked = 0
    small = [path for path in (shared / "workbooks").iterdir() if path.stat().st_size <= LARGE]
    for path in of_every_kind(small):
        try:
            document = kit.open(path)
            additions = {}
            for sheet in document.sheets:
                numbers = [row.number for row in document.rows(sheet)]
                if numbers:
                    additions[sheet] = kit.addition(numbers[1:], header=numbers[0])
            given, _ = kit.give(path, additions, pages(kit))
        except EnrichError:
            continue
        given = given.rename(given.with_suffix(path.suffix))
        more = faults(given) - faults(path)
        assert not more, (path.name, more)
        checked += 1
    assert checked > 10
