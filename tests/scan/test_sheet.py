"""A sheet's rows in, the right cells out: headings, odd shapes, several files in a row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.model.column import Column, Type
from enrich.model.indicator import Indicator
from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan import scan_sheet
from tests.support.made_sheets import files, md5, scanned, sha1, sha256, values

# --- headings --------------------------------------------------------------------------------------------------------


def test_a_first_row_that_holds_a_hash_is_no_heading() -> None:
    placement = scanned([md5(1)], [md5(2)])
    assert placement.header_row is None
    assert values(placement) == [md5(1), md5(2)]


@pytest.mark.parametrize(
    ("above", "header"), [([f"see {sha256(9)}"], 5), ([sha256(9)], None), (["a", sha256(9)], None)]
)
def test_a_sentence_that_names_a_file_may_stand_above_the_headings(above: list[str], header: int | None) -> None:
    table = [["Host", "SHA256", "Path"], ["WS1", sha256(1), "a.exe"], ["WS2", sha256(2), "b.exe"]]
    placement = scanned(["Incident 4711"], ["Prepared by the night shift"], above, [""], *table)
    assert placement.header_row == header
    assert values(placement) == [sha256(9), sha256(1), sha256(2)]


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["MD5"], [md5(1)]], 1),
        ([["WannaCry - SHA1"], [sha1(1)]], 1),
        ([["Report of May"], [""], ["Type", "Value"], ["md5", md5(1)]], 3),
        ([["https://example.org/report"], ["Type", "Value"], ["md5", md5(1)]], 2),
        ([["CHM files"], [""], [sha1(1)], [""], ["More"], [""], [sha1(2)]], None),
        ([["URL", "http://evil.example/a"], ["MD5", md5(1)]], None),
        ([["file name   ", "locker.exe"], ["md5   ", md5(1)], ["sha1  ", sha1(1)]], None),
        ([['import "hash"'], ["rule x {"], ["meta:"], [f'h1 = "{md5(1)}"']], None),
        ([['  date = "2024-01-02"'], [f'  hash = "{md5(1)}"']], None),
        ([["<list>"], [f"<md5>{md5(1)}</md5>"]], None),
        ([["2024-01-02", "2024-01-03"], [sha256(1), sha256(2)], [sha256(3), sha256(4)]], 1),
        ([["a.example"], ["b.example"], [""], ["Files:"], [md5(1)]], None),
        ([["# LIST", ""], ["# MD5", "COMMENT"], ["#", ""], [md5(1), "x"]], None),
        ([['# "first_seen_utc"', "sha256_hash", "md5_hash"], ["2024-01-02", sha256(1), md5(1)]], 1),
        ([["# Listed,SHA1,Reason"], ["#", ""], ["# Listed", "SHA1", "Why listed"], ["2024-01-02", sha1(1), "x"]], 3),
        ([["Дата", "Хеш", "Имя файла"], ["2024", md5(1), "a.exe"]], 1),
    ],
)  # fmt: skip
def test_the_heading_row(rows: list[list[str]], header: int | None) -> None:
    assert scanned(*rows).header_row == header


@pytest.mark.parametrize("sign", [".", "..", "...", "#", "/", ";", ":", "-", '"'])
def test_a_heading_may_be_signs_alone(sign: str) -> None:
    placement = scanned([sign, "MD5"], ["x", md5(1)])
    assert placement.header_row == 1
    assert values(placement) == [md5(1)]


def test_a_declared_header_is_believed() -> None:
    placement = scanned(["title"], ["a", "b"], ["Mutex", "SHA256"], [md5(1), sha256(1)], declared_header=3)
    assert placement.header_row == 3
    assert placement.headings == ("Mutex", "SHA256")
    assert values(placement) == [sha256(1)]


def test_a_hash_in_a_declared_header_row_is_a_value_and_names_no_column() -> None:
    # the table of Excel ends before the column that somebody put beside it
    rows = [["Item", "SHA256"], ["Rent", sha256(1)], ["Item", sha256(2)], ["Gas", sha256(3)], ["Car", sha256(4)]]
    placement = scanned(*rows, declared_header=3)
    assert values(placement) == [sha256(1), sha256(2), sha256(3), sha256(4)]
    assert values(placement, Found.LEFT_OUT) == []
    assert placement.headings == ("Item", "")


# --- shapes ----------------------------------------------------------------------------------------------------------


def test_blank_stretches_and_far_columns_keep_their_addresses() -> None:
    rows = [Row(2, ("IOC list",)), Row(80, ("", *[""] * 44, sha256(1))), Row(1_048_576, (sha256(2),))]
    placement = scan_sheet("s", rows)
    assert [(s.row, s.column) for s in placement] == [(80, 45), (1_048_576, 0)]
    assert (placement.rows, placement.width) == (3, 46)


def test_headings_below_any_number_of_comments_are_read() -> None:
    comments = [[f"# line {i} of a long preamble"] for i in range(60)]
    placement = scanned(*comments, ["SHA256", "Mutex"], [sha256(1), md5(1)], [sha256(2), md5(2)])
    assert values(placement) == [sha256(1), sha256(2)]


def test_a_bare_algorithm_is_read_with_the_sheet_s_name() -> None:
    rows = [Row(1, ("name", "md5")), Row(2, (".text", md5(1)))]
    assert values(scan_sheet("static.pe.sections", rows)) == []
    assert values(scan_sheet("Sections", rows)) == []
    assert values(scan_sheet("target.files", rows)) == [md5(1)]
    signed = [Row(1, ("Thumbprint", "SHA256")), Row(2, (sha1(1), sha256(1)))]
    assert values(scan_sheet("Certificates", signed)) == [sha256(1)]


def test_a_terminal_s_colours_are_glued_to_no_hash() -> None:
    assert values(scanned([f"\x1b[31m{md5(1)}\x1b[0m clean"])) == [md5(1)]


def test_what_a_url_escapes_is_glued_to_no_hash() -> None:
    text = f"https://threatfox.abuse.ch/browse.php?search=ioc%3A{md5(1)} and http://a.example/x%2F{md5(2)}%20"
    assert values(scanned([text])) == [md5(1)]
    assert values(scanned([text]), Found.LEFT_OUT) == [md5(2)]


@pytest.mark.parametrize("title", ["SALT", "Icon", "Torrent", "DES", "Seed"])
def test_a_word_with_other_meanings_is_no_title_of_secrets(title: str) -> None:
    assert values(scanned([title], [sha256(1)], [sha256(2)])) == [sha256(1), sha256(2)]
    assert values(scanned(["SHA256", title], [sha256(1), md5(1)], [sha256(2), md5(2)])) == [sha256(1), sha256(2)]


OURS = (Column("vt_status", "", "", Type.STATUS), Column("vt_sha256", "", ""))


def test_columns_of_ours_are_found_and_never_scanned() -> None:
    placement = scanned(["MD5", "vt_status", "vt_sha256"], [md5(1), "found", sha256(1)], ours=[OURS])
    assert dict(placement.present) == {"vt_status": 1, "vt_sha256": 2}
    assert values(placement) == [md5(1)]


@pytest.mark.parametrize("column", ["Key", "key", "B"])
def test_columns_that_the_user_names_overrule(column: str) -> None:
    placement = scanned(
        ["SHA256", "Key"], [sha256(1), md5(1)], [sha256(2), f"http://a.example/{md5(2)}"], columns=[column]
    )
    assert values(placement) == [md5(1), md5(2)]


def test_a_column_that_is_not_there_scans_nothing() -> None:
    assert values(scanned(["SHA256"], [sha256(1)], columns=["No such heading"])) == []


def test_trivial_files_are_told_apart() -> None:
    (sighting,) = scanned(["MD5"], [md5("")])
    assert sighting.found is Found.TRIVIAL
    assert "empty" in sighting.reason


# --- whose hash ------------------------------------------------------------------------------------------------------


def test_hash_columns_of_one_file() -> None:
    placement = scanned(
        ["SHA256", "SHA1", "MD5", "Link"],
        [sha256(1), sha1(1), md5(1), f"https://www.virustotal.com/gui/file/{sha256(1)}"],
    )
    assert files(placement, 2) == [0, 0, 0, 0]


def test_ids_beside_the_hashes_of_one_file_do_not_part_them() -> None:
    placement = scanned(
        ["aid", "SHA256HashData", "MD5HashData"], *[[md5(f"agent {i}"), sha256(i), md5(i)] for i in range(3)]
    )
    assert values(placement) == [value for i in range(3) for value in (sha256(i), md5(i))]
    assert files(placement, 2) == [0, 0]


def test_hash_columns_of_several_files() -> None:
    placement = scanned(["Hash", "Template Hash", "Payload Hash"], [md5(1), sha1(2), sha256(3)])
    assert len(set(files(placement, 2))) == 3


def test_hashes_of_one_file_in_one_cell_and_of_several() -> None:
    one, two = f"{md5(1)},{sha1(1)},{sha256(1)}", f"{md5(1)};{sha1(1)};{md5(2)};{sha1(2)}"
    placement = scanned(["value", "type"], [one, "file"], [two, "file"], [f"{md5(1)} {md5(2)}", "file"])
    assert files(placement, 2) == [0, 0, 0]
    assert files(placement, 3) == [0, 0, 1, 1]
    assert files(placement, 4) == [0, 1]


def test_a_hash_in_running_text_may_be_another_files() -> None:
    placement = scanned(["MD5", "Notes"], [md5(1), f"dropped by {sha256(2)} in May"])
    assert files(placement, 2) == [0, 1]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"a.exe  {sha256(1)}  {sha1(1)}  a loader", [0, 0]),
        (f"| `a.exe` | `{md5(1)}` | `{sha1(1)}` | `{sha256(1)}` | 12 B |", [0, 0, 0]),
        (f"[{md5(1)}](https://www.virustotal.com/es/file/{sha256(1)}/analysis/)", [0, 0]),
        (f"drops {md5(1)}, {sha256(1)} and {sha1(1)}", [0, 1, 2]),
        (f"a.exe {md5(1)} {md5(2)}", [0, 1]),
    ],
)
def test_hashes_of_one_file_stand_right_behind_each_other_in_a_line(line: str, expected: list[int]) -> None:
    assert files(scanned([line]), 1) == expected


def test_labelled_hashes_in_a_comment_are_the_rows_own() -> None:
    placement = scanned(
        ["INDICATOR", "TYPE", "COMMENT"], [md5(1), "MD5", f"FILENAME:A.DLL|SHA1:{sha1(1)}|SHA256:{sha256(1)}"]
    )
    assert files(placement, 2) == [0, 0, 0]


# --- properties ------------------------------------------------------------------------------------------------------


plain = st.sampled_from(["", "N/A", "10.0.0.1", "invoice.exe", "some words", "7"])
hash_values = st.one_of(st.integers().map(md5), st.integers().map(sha1), st.integers().map(sha256))
wrapped = st.tuples(hash_values, st.sampled_from(["{}", " {}\xa0", '"{}"', "({})", "found {} here"]))
labelled = st.one_of(st.integers().map(md5).map("md5: {}".format), st.integers().map(sha256).map("sha256={}".format))
"""An MD5 that is called a SHA-256, with an MD5 below it, is a torn SHA-256."""
cells = st.one_of(plain, wrapped.map(lambda pair: pair[1].format(pair[0])), labelled)


@given(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=12))
def test_every_hash_is_found_at_its_address_once(table: list[list[str]]) -> None:
    table = [[md5("no headings")], *table]
    placement = scanned(*table)
    found = [(s.row, s.column, s.value) for s in placement if s.found in (Found.INDICATOR, Found.TRIVIAL)]
    expected = [
        (number, column, word)
        for number, texts in enumerate(table, 1)
        for column, text in enumerate(texts)
        for word in [
            text.strip(' \xa0"()')
            .replace("md5: ", "")
            .replace("sha256=", "")
            .replace("found ", "")
            .replace(" here", "")
        ]
        if len(word) in (32, 40, 64)
    ]
    assert found == expected


@given(st.lists(st.lists(cells, min_size=2, max_size=3), min_size=1, max_size=10))
def test_scanning_an_enriched_sheet_finds_the_same(table: list[list[str]]) -> None:
    table = [["MD5", "Note", "Other"], *table]
    width = 3
    ours = [["vt_status", "vt_sha256"], *[["found", sha256(i)] for i in range(len(table) - 1)]]
    wide = [row + [""] * (width - len(row)) + extra for row, extra in zip(table, ours, strict=True)]
    assert list(scanned(*wide, ours=[OURS])) == list(scanned(*table))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=200))
def test_the_quick_way_and_the_long_way_agree(choices: list[tuple[bool, int]]) -> None:
    """A space after a hash sends its row the long way; it must change nothing."""
    quick = [["SHA256", "Note"], *[[sha256(n), "x"] for _, n in choices]]
    mixed = [["SHA256", "Note"], *[[sha256(n) + " " * slow, "x"] for slow, n in choices]]
    assert list(scanned(*quick)) == list(scanned(*mixed))


def test_sightings_at_gives_a_rows_own_only() -> None:
    placement = scanned(["MD5", "SHA1"], [md5(1), sha1(1)], ["", ""], [md5(2), ""])
    assert [s.value for s in placement.sightings_at(2)] == [md5(1), sha1(1)]
    assert placement.sightings_at(3) == placement.sightings_at(99) == ()
    assert [s.value for s in placement.sightings_at(4)] == [md5(2)]


@pytest.mark.parametrize(
    "damaged", [sha256(9)[:63], sha256(9)[:63] + "g", sha256(9)[:63] + "O", sha256(9) + "0"], ids=len
)
@pytest.mark.parametrize("good", [1, 2, 3])
@pytest.mark.parametrize("first", [True, False])
def test_a_damaged_hash_is_told_in_a_list_of_any_length(damaged: str, good: int, first: bool) -> None:
    rows = [[sha256(n)] for n in range(good)]
    rows.insert(0 if first else good, [damaged])
    placement = scanned(*rows)
    assert [s.value for s in placement if s.found is Found.DAMAGED] == [damaged]
    assert placement.count == good
    beside = scanned(*([f"ws{n}", *row] for n, row in enumerate(rows)))
    assert [s.value for s in beside if s.found is Found.DAMAGED] == [damaged]


def test_a_word_beside_a_hash_makes_no_list_of_damaged_ones() -> None:
    assert [s.found for s in scanned([sha256(1)], ["deadbeef"], ["see above"])] == [Found.INDICATOR]


def test_counts_by_column_say_why() -> None:
    placement = scanned(["SHA256", "Key"], [sha256(1), md5(1)], [sha256(""), md5(1)], [sha256(2)[:63], ""])
    first, second = placement.columns
    assert (first.indicators, first.trivial, first.damaged, first.left_out) == (1, 1, 1, 0)
    assert (second.heading, second.left_out) == ("Key", 2)
    assert "key" in second.why
    assert placement.count == 2
    assert placement.asks_something
    assert scanned(["Key"], [md5(1)]).asks_something, "its row says why it is not asked"
    assert not scanned(["Key"], ["a word"]).asks_something


@pytest.mark.parametrize("numbers", [(1, 7, 6, 5, 4, 3, 2), (1, 2, 3, 6, 7, 4, 5)])
def test_rows_that_stand_in_disorder_keep_their_own_values(numbers: tuple[int, ...]) -> None:
    rows = [Row(number, ("SHA256", "Note") if number == 1 else (sha256(number), "")) for number in numbers]
    placement = scan_sheet("", rows)
    for number in range(2, 8):
        assert [s.value for s in placement.sightings_at(number)] == [sha256(number)]
        assert placement.between(number, number + 1) == [(Indicator("hash", sha256(number)),)]
    assert [n.value for names in placement.between(2, 8) for n in names] == [sha256(n) for n in range(2, 8)]


@pytest.mark.parametrize("heading", ["Art", "Kategorie", "attr", "Name", "Foo"])
@pytest.mark.parametrize("beside", ["Value", "Indikator", "Hash"])
def test_a_column_that_names_the_algorithms_beside_it_is_one_of_types_whatever_it_is_called(
    heading: str, beside: str
) -> None:
    rows = [["SHA-256", sha256(1)], ["imphash", md5(2)], ["Certificate thumbprint", sha1(3)], ["MD5", md5(4)]]
    assert values(scanned([heading, beside], *rows)) == [sha256(1), md5(4)]


def test_a_column_of_names_among_which_is_an_algorithm_s_is_none_of_types() -> None:
    rows = [["md5.exe", md5(1)], ["imphash.dll", md5(2)], ["certificate.exe", md5(3)]]
    assert values(scanned(["Foo", "Hash"], *rows)) == [md5(1), md5(2), md5(3)]
    others = [["SHA-256", md5(1)], ["imphash", md5(2)]]  # nothing proves it: what it names stands not beside
    assert values(scanned(["Foo", "Hash"], *others)) == [md5(1), md5(2)]


COUNTED = [
    *("Column1,Column2,Column3", "Spalte1,Spalte2,Spalte3", "V1,V2,V3", "_c0,_c1,_c2", "EXPR$0,EXPR$1,EXPR$2", "A,B,C"),
    *(
        "Unnamed: 0,Unnamed: 1,Unnamed: 2",
        "Column A,Column B,Column C",
        "Host,Column1,Column2",
    ),
]


@pytest.mark.parametrize("headings", COUNTED)
def test_columns_that_a_program_has_counted_are_not_left_out_for_want_of_a_name(headings: str) -> None:
    rows = [[f"ws-{n}", sha256(n), "x"] for n in range(4)]
    placement = scanned(headings.split(","), *rows)
    assert values(placement) == [sha256(n) for n in range(4)]
    assert placement.header_row == 1


def test_a_few_counted_fields_among_others_are_left_out() -> None:
    row = ["10:00", "ws-1", "kim", md5(1), md5(2)]
    assert values(scanned(["time", "computer", "owner", "CustomField1", "CustomField2"], row, row)) == []


@pytest.mark.parametrize("heading", ["Host", "File name", "Path", "ID", "URL", "Name"])
@pytest.mark.parametrize("comment", ["{hash}", "Analyst:\n{hash}\nsee the ticket"])
def test_a_hash_in_a_comment_is_one_whatever_its_cell_is_called_after(heading: str, comment: str) -> None:
    attached = ((0, comment.format(hash=sha256(1))),)
    rows = [Row(1, (heading, "Owner")), Row(2, ("ws-1", "kim"), attached=attached), Row(3, ("ws-2", "max"))]
    assert values(scan_sheet("", rows)) == [sha256(1)]


@pytest.mark.parametrize(
    ("heading", "comment"), [("Certificate", "{hash}"), ("Mutex", "{hash}"), ("Host", "imphash {hash}")]
)
def test_a_hash_in_a_comment_is_something_else_where_its_column_or_the_comment_says_so(
    heading: str, comment: str
) -> None:
    attached = ((0, comment.format(hash=md5(1))),)
    rows = [Row(1, (heading, "Owner")), Row(2, ("ws-1", "kim"), attached=attached), Row(3, ("ws-2", "max"))]
    assert values(scan_sheet("", rows)) == []


def test_a_hash_that_an_empty_cell_would_show_is_what_its_column_is_called_after() -> None:
    """As of a cell that a merged one covers, or of a formula without a result."""
    rows = [Row(1, ("Ref", "SHA256")), Row(2, (md5(1), sha256(1)))]
    rows.append(Row(3, ("", ""), attached=((0, md5(1)), (1, sha256(1)))))
    assert values(scan_sheet("", rows)) == [sha256(1), sha256(1)]
