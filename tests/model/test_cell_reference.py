"""Names of columns and cells, as spreadsheet programs have them."""

from __future__ import annotations

import pytest

from enrich.model.cell_reference import cell_name, column_of, letters


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_are_named_as_a_spreadsheet_program_does(column: int, name: str) -> None:
    assert letters(column) == name
    assert cell_name(7, column) == f"{name}7"
    assert column_of(name) == column_of(name.lower()) == column
