"""A new delimited file from the rows of any other."""

from __future__ import annotations

import csv
import io

from enrich.formats import create_document
from enrich.formats.delimited import create
from enrich.model.row import Row
from tests.formats.delimited.tables import FIELDS, FOUND, NAMES, addition


def test_a_created_csv_has_a_header_and_our_fields_in_line() -> None:
    target = io.BytesIO()
    rows = [Row(3, ["x", "1\n2"]), Row(9, ["y"])]
    create(target, [("", rows, addition(lambda n: FOUND if n == 9 else None))], ())
    lines = list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
    assert lines == [["A", "B", *NAMES], ["x", "1\n2"], ["y", "", *FIELDS]]


def test_creating_by_suffix_takes_its_delimiter() -> None:
    target = io.BytesIO()
    create_document(".TSV", target, [("", [Row(1, ["x", "y"])], addition(header=1))], ())
    assert target.getvalue().decode("utf-8-sig") == "x\ty\tvt_status\tvt_detections\tvt_first_seen\r\n"
