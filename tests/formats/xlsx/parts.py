"""Pieces of worksheets and tables, and an archive's members as they lie."""

from __future__ import annotations

import io
import zipfile

HEAD = '<row r="1" spans="1:2"><c r="A1" s="3" t="inlineStr"><is><t>Host</t></is></c><c r="B1" s="3" t="inlineStr"><is><t>MD5</t></is></c></row>'


def line(row, *, style=0):
    return f'<row r="{row}" spans="1:2"><c r="A{row}" s="{style}"><v>{row}</v></c><c r="B{row}"><v>7</v></c></row>'


def around(kit, rows, before="", after=""):
    return (
        f'<worksheet xmlns="{kit.main}" xmlns:r="{kit.office}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def table(kit, area, columns, extra="", inside=""):
    names = "".join(f'<tableColumn id="{i}" name="{n}"/>' for i, n in enumerate(columns, 1))
    return (
        f'<table xmlns="{kit.main}" id="1" name="T" displayName="T" ref="{area}"{extra}><autoFilter ref="{area}"/>'
        f'<tableColumns count="{len(columns)}">{names}</tableColumns>{inside}</table>'
    )


def with_table(kit, rows, part):
    sheet = around(kit, rows, after='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>')
    parts = kit.parts(sheet)
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{kit.office}/table" Target="../tables/table1.xml"/></Relationships>'
    )
    parts["xl/tables/table1.xml"] = part
    return kit.write(parts)


def packed(path):
    """Each member's bytes as they lie in the archive, in order."""
    found = {}
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for member in archive.infolist():
            file.seek(member.header_offset + 26)
            name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
            file.seek(name + extra, io.SEEK_CUR)
            found[member.filename] = file.read(member.compress_size)
    return found
