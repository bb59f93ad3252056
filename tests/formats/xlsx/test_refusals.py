"""Hostile, damaged and foreign files end in one sentence, never in a traceback and never in an output."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest

from enrich.errors import EnrichError, InputError, OutputError
from enrich.formats.xlsx import recognise
from enrich.model.page import Page

PLAIN = '<row r="1"><c r="A1" t="inlineStr"><is><t>Hash</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_all(kit, path, limit=1 << 30):
    document = kit.open(path, limit)
    for sheet in document.sheets:
        document.header_row(sheet)
        list(document.rows(sheet))
    return document


def refused(kit, path, *words, limit=1 << 30):
    with pytest.raises(InputError) as caught:
        read_all(kit, path, limit)
    for word in words:
        assert word in str(caught.value)
    assert caught.value.hint


def test_a_binary_workbook_is_named(kit):
    parts = kit.parts(PLAIN)
    parts["xl/workbook.bin"] = b"\x83\x01"
    parts["_rels/.rels"] = str(parts["_rels/.rels"]).replace("workbook.xml", "workbook.bin")
    refused(kit, kit.write(parts), ".xlsb")


def test_a_zip_that_is_no_workbook_is_named(kit):
    refused(kit, kit.write({"a.txt": "hello"}), "no workbook")
    refused(kit, kit.write({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}), "no workbook")


def test_a_missing_part_is_named(kit):
    parts = kit.parts(PLAIN)
    del parts["xl/worksheets/sheet1.xml"]
    refused(kit, kit.write(parts), "damaged")


@pytest.mark.parametrize("bit", range(16))
def test_no_mark_on_a_member_ends_in_a_traceback(kit, bit):
    """Bit 5 marks a patch and bit 6 strong encryption: zipfile knows neither."""
    path = kit.book(PLAIN)
    data = bytearray(path.read_bytes())
    name = b"xl/worksheets/sheet1.xml"
    entry = next(at for at in range(len(data)) if data[at:].startswith(b"PK\1\2") and data[at + 46 :].startswith(name))
    for at in (entry + 8, struct.unpack_from("<I", data, entry + 42)[0] + 6):
        struct.pack_into("<H", data, at, struct.unpack_from("<H", data, at)[0] | 1 << bit)
    path.write_bytes(data)
    try:
        read_all(kit, path)
    except InputError as error:
        assert error.hint  # noqa: PT017 - it may be read, too


def test_a_member_named_twice_is_refused(kit):
    path = kit.book(PLAIN)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/Worksheets/SHEET1.xml", "<worksheet/>")
    refused(kit, path, "twice")


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_entities_are_refused_in_every_part(kit, part):
    parts = kit.parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings="<si><t>a</t></si>")
    parts[part] = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + str(parts[part])
    refused(kit, kit.write(parts), "DOCTYPE")


def test_a_bomb_is_refused_before_it_unpacks(kit):
    parts = kit.parts(PLAIN)
    parts["xl/media/image1.png"] = b"\0" * (80 << 20)
    refused(kit, kit.write(parts), "times its size")
    refused(kit, kit.book(PLAIN), "more than", limit=1000)


def test_a_text_beyond_a_cell_s_length_is_read_but_not_without_end(kit):
    """A bomb of few bytes: each cell is one number, that of a text of a megabyte."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 100))
    strings = f"<si><t>{'long ' * 200_000}{'a' * 64}</t></si>"
    few = kit.texts(kit.book(cells[: cells.index('<row r="3"')], strings=strings))
    assert few[2][0].endswith("a" * 64)
    with pytest.raises(InputError, match="longer than a cell can hold"):
        kit.texts(kit.book(cells, strings=strings))


def test_a_member_longer_than_it_says_stops_at_what_it_says(kit):
    """A directory that understates a size cannot make a part unpack past it."""
    path = kit.book(PLAIN + "".join(f'<row r="{i}"><c r="A{i}"><v>7</v></c></row>' for i in range(3, 4000)))
    data = bytearray(path.read_bytes())
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<L", 100)
    path.write_bytes(data)
    refused(kit, path, "does not match its checksum")


@pytest.mark.parametrize("keep", [0, 3, 30, 200, 0.5, 0.9, 0.99])
def test_a_cut_file_is_refused(kit, keep):
    path = kit.book(PLAIN)
    data = path.read_bytes()
    path.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])
    refused(kit, path, "damaged")


@pytest.mark.parametrize(
    "sheet",
    [
        '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c>',
        '<worksheet><sheetData><row r="1"><c r="A1"><v>1</c></row></sheetData></worksheet>',
        '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><oops/></sheetData></worksheet>',
        '<worksheet><sheetData><row r="1"><!-- <c r="A1"><v>1</v></c></row></sheetData></worksheet>',
        "not XML at all",
        "",
    ],
)
def test_broken_sheets_are_refused(kit, sheet):
    parts = kit.parts(PLAIN)
    parts["xl/worksheets/sheet1.xml"] = sheet
    refused(kit, kit.write(parts), "damaged", "Sheet1")


def test_a_signed_workbook_is_read_with_a_word_and_not_handed_back(kit):
    parts = kit.parts(PLAIN)
    parts["_xmlsignatures/sig1.xml"] = "<Signature/>"
    path = kit.write(parts)
    assert "signed" in kit.open(path).warnings[0]
    with pytest.raises(OutputError, match="signed"):
        kit.give(path, {"Sheet1": kit.addition([2])})


def test_a_sheet_used_to_the_last_column_has_no_room(kit):
    path = kit.book(PLAIN + '<row r="3"><c r="XFB3"><v>1</v></c></row>')
    with pytest.raises(OutputError, match="no room for 6 more columns"):
        kit.give(path, {"Sheet1": kit.addition([2])})


def test_random_damage_ends_in_an_error_of_ours_or_in_none(kit):
    """A small run of what ``make fuzz`` does for longer."""
    chance = random.Random(7)
    parts = kit.parts(PLAIN, strings="<si><t>a</t></si>")
    for _ in range(150):
        name = chance.choice(list(parts))
        broken = bytearray(str(parts[name]).encode())
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(broken))
            broken[at : at + chance.randint(0, 9)] = chance.choice(
                [b"", b"<", b">", b'"', b"&#0;", b"\xff", b"9" * 30, b"/"]
            )
        path = kit.write(parts | {name: bytes(broken)}, "damaged.xlsx")
        try:
            document = read_all(kit, path)
            additions = {s: kit.addition([2]) for s in document.sheets}
            document.give_back(io.BytesIO(), additions, [Page("VirusTotal", kit.columns, [kit.full])])
        except EnrichError:
            pass
        finally:
            kit.opened[-1].close() if kit.opened else None


@pytest.mark.parametrize(
    ("head", "name", "ours"),
    [
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", "list.csv", True),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis", "list.xlsx", False),
        (b"PK\x03\x04" + b"\0" * 26 + b"a.txt", "a.zip", False),
        (OLE, "list.xlsx", False),  # an old workbook, whatever it is called
        (b"md5,sha1\n", "list.xlsx", False),
    ],
)
def test_content_says_what_a_file_is(head, name, ours):
    assert bool(recognise(head, name)) is ours
