"""A sheet's rows in, the right cells out: headings, look-alikes, damage, odd shapes, several files in a row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.model import Found, Indicator, Row, Sighting
from enrich.scan import Placement, scan_sheet


def md5(seed: object) -> str:
    return hashlib.md5(str(seed).encode()).hexdigest()


def sha1(seed: object) -> str:
    return hashlib.sha1(str(seed).encode()).hexdigest()


def sha256(seed: object) -> str:
    return hashlib.sha256(str(seed).encode()).hexdigest()


def scanned(*rows: Sequence[str], start: int = 1, **how: object) -> Placement:
    numbered = (Row(number, tuple(texts)) for number, texts in enumerate(rows, start) if any(texts))
    return scan_sheet("s", numbered, **how)  # type: ignore[arg-type]


def values(placement: Placement, found: Found = Found.INDICATOR) -> list[str]:
    return [sighting.value for sighting in placement if sighting.found is found]


def files(placement: Placement, row: int) -> list[int]:
    return [sighting.file for sighting in placement.sightings_at(row) if sighting.found is Found.INDICATOR]


# --- headings -------------------------------------------------------------------------------------------------------


def test_a_first_row_that_holds_a_hash_is_no_heading() -> None:
    placement = scanned([md5(1)], [md5(2)])
    assert placement.header_row is None
    assert values(placement) == [md5(1), md5(2)]


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


def test_a_declared_header_is_believed() -> None:
    placement = scanned(["title"], ["a", "b"], ["Mutex", "SHA256"], [md5(1), sha256(1)], declared_header=3)
    assert placement.header_row == 3
    assert placement.headings == ("Mutex", "SHA256")
    assert values(placement) == [sha256(1)]


# --- what is no file's hash -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Mutex",
        "Key",
        "Pass",
        "Imphash",
        "VHash",
        "Cert thumbprint",
        "JA3",
        "MD4",
        "Machine key",
        "Token",
        "Serial",
        "GUID",
    ],
)
def test_a_heading_leaves_its_column_out(name: str) -> None:
    placement = scanned(["SHA256", name], [sha256(1), md5(1)], [sha256(2), md5(2)])
    assert values(placement) == [sha256(1), sha256(2)]
    left = [s for s in placement if s.found is Found.LEFT_OUT]
    assert [s.value for s in left] == [md5(1), md5(2)]
    assert all(name in s.reason for s in left)


@pytest.mark.parametrize(
    "kind", ["Public Key", "x509-fingerprint-sha1", "ja3-fingerprint-md5", "Mutex", "cert_sha1", "imphash"]
)
def test_a_type_leaves_its_value_out(kind: str) -> None:
    placement = scanned(
        ["type", "value", "comment"], ["md5", md5(1), ""], [kind, md5(2), ""], ["sha1", sha1(1), "Mutex of old"]
    )
    assert values(placement) == [md5(1), sha1(1)]


def test_a_note_that_names_the_value_leaves_it_out() -> None:
    placement = scanned(
        ["Type", "Value", "Note"],
        ["SHA1", sha1(1), "Certificate thumbprint - used to sign an installer"],
        ["SHA1", sha1(2), "Steals passwords"],
        ["SHA1", sha1(3), "elf Ransomware TellYouThePass"],
    )
    assert values(placement) == [sha1(2), sha1(3)]


def test_a_title_holds_until_the_next() -> None:
    placement = scanned(
        ["Files:"], [md5(1)], [""], ["Mutexes:"], ["Global\\abc"], [md5(2)], [""], ["Samples:"], [md5(3)]
    )
    assert values(placement) == [md5(1), md5(3)]


@pytest.mark.parametrize(
    "lines",
    [
        ["Mutexes", *map(md5, "abc"), "SHA256", *map(sha256, "xyz")],
        ["SHA256", *map(sha256, "xyz"), "Mutexes", *map(md5, "abc")],
        ["[mutex]", *map(md5, "abc"), "[hashes]", *map(sha256, "xyz")],
        ["Certificates", "", "How they were used. " * 5, *map(sha1, "abc"), "", "Files", "", *map(sha256, "xyz")],
        ["Mutexes:", *map(md5, "abc"), "", "The SHA256 hashes of the files that we saw. " * 2, *map(sha256, "xyz")],
        ["SHA256", *map(sha256, "xyz"), "Imphash", md5("a")],
        [
            "== Certificates",
            "",
            '[options="header"]',
            "|===",
            "|Thumbprint |Owner",
            *map(sha1, "abc"),
            "|===",
            "|SHA-256",
            *map(sha256, "xyz"),
        ],
    ],
)
def test_a_list_of_several_parts_is_read_part_by_part(lines: list[str]) -> None:
    assert values(scanned(*([line] for line in lines))) == list(map(sha256, "xyz"))


def test_a_name_with_its_value_deeper_in_speaks_of_no_line_further_out() -> None:
    lines = [[sha256(1)], ["\tkey: abc"], ["\tmutex: Global\\x"], [sha256(2)], ["\tmutex: Global\\y"], [sha256(3)]]
    assert values(scanned(*lines)) == [sha256(1), sha256(2), sha256(3)]
    cells = [line[0].split("\t") for line in lines]
    assert values(scanned(*cells)) == [sha256(1), sha256(2), sha256(3)]


def test_a_block_s_name_holds_for_all_lines_that_stand_deeper_in_whatever_they_call_themselves() -> None:
    part = [
        ["- Authentihash:"],
        [f"    MD5: {md5(1)}"],
        [f"    SHA1: {sha1(1)}"],
        ["  Company: x"],
        [f"  MD5: {md5(2)}"],
    ]
    assert values(scanned(*part)) == [md5(2)]
    assert values(scanned(["Certificate:"], [f"SHA1: {sha1(1)}"])) == [sha1(1)]
    assert values(scanned(["Fingerprints:"], [f"  SHA1: {sha1(1)}"])) == [sha1(1)]


def test_a_table_s_headings_in_a_text_are_of_files_where_they_name_them() -> None:
    lines = ["| Filename | MD5 | SHA1 | TLSH |", "|---|---|---|---|", f"| `a.py` | `{md5(1)}` | `{sha1(1)}` | `T1` |"]
    assert values(scanned(*[[line] for line in lines])) == [md5(1), sha1(1)]


def test_what_is_no_title_does_not_end_a_list_of_secrets() -> None:
    placement = scanned(["Password"], [md5(1)], [md5(2)], ["hunter"], [md5(3)], ["# letmein"], [md5(4)])
    assert values(placement) == []


def test_a_part_of_a_table_is_named_in_a_column_of_its_own() -> None:
    placement = scanned(
        ["Section", "Value"], ["Mutex", ""], ["", md5(1)], ["", md5(2)], ["Hashes", ""], ["", md5(3)], ["", md5(4)]
    )
    assert values(placement) == [md5(3), md5(4)]


def test_headings_below_a_gap_open_a_further_table() -> None:
    placement = scanned(
        ["Date", "2024"], ["", ""], ["#", "Hash", "Malware", "Cert serial"], ["1", sha256(1), "Keylogger", md5(1)]
    )
    assert values(placement) == [sha256(1)]


def test_a_path_opens_no_table() -> None:
    assert values(
        scanned(["\\Temp\\a.hash", "80"], [md5(1), "1"], [""], ["\\Temp\\b.sha1", "7"], [f"{md5(2)}.exe", "7"])
    ) == [md5(1)]


def test_headings_that_come_again_open_a_further_table() -> None:
    placement = scanned(["SHA256", "Note"], [sha256(1), "x"], ["Mutex", "Note"], [md5(1), "y"], [md5(2), "z"])
    assert values(placement) == [sha256(1)]


def test_the_first_cell_of_a_record_laid_out_sideways_names_all_its_values() -> None:
    rows = [["MD5", md5(1), md5(2), md5(3)], ["Imphash", md5(4), md5(5), md5(6)], ["SHA1", sha1(1), sha1(2), sha1(3)]]
    expected = [md5(1), md5(2), md5(3), sha1(1), sha1(2), sha1(3)]
    assert values(scanned(["Name", "a.exe", "b.exe", "c.exe"], *rows)) == expected
    assert values(scanned(["", "Sample 1", "Sample 2", "Sample 3"], *rows)) == expected


def test_a_name_beside_a_value_names_it() -> None:
    rows = [["Name", "Value"], ["MD5", md5(1)], ["Imphash", md5(2)], ["x.exe", sha256(1)]]
    assert values(scanned(*rows)) == [md5(1), sha256(1)]


def test_a_type_that_says_hash_makes_one_of_a_name() -> None:
    placement = scanned(
        ["name", "type", "description"],
        *[[sha256(i), "FileHash-SHA256", ""] for i in range(2)],
        *[["a.exe", "filename", f"MD5: {md5(i)}"] for i in range(5)],
    )
    assert values(placement) == [sha256(0), sha256(1), *map(md5, range(5))]


def test_a_database_s_prefix_is_no_wallet_s_in_the_column_of_its_algorithm() -> None:
    placement = scanned(["SHA1", "Address"], ["0x" + sha1(1).upper(), "0x" + sha1(2)])
    assert values(placement) == [sha1(1)]


def test_names_on_alternating_lines_are_no_titles() -> None:
    placement = scanned([md5(1)], ["passwords.exe"], [md5(2)], ["token stealer"], [md5(3)], ["mutex.dll"], [md5(4)])
    assert values(placement) == [md5(1), md5(2), md5(3), md5(4)]


def test_examples_in_comments_are_left_out_and_other_comments_are_not() -> None:
    placement = scanned(["# EXAMPLES"], ["#"], [f"# {md5(1)}"], [md5(2)], [f"# dropper {md5(3)}"])
    assert values(placement) == [md5(2), md5(3)]


def test_the_sha1_below_an_ntlm_hash_is_that_password_s() -> None:
    lines = [
        " * NTLM     : " + md5(1),
        " * SHA1     : " + sha1(1),
        "SHA1: " + sha1(2),
        "NT: " + md5(3),
        "",
        "SHA1: " + sha1(3),
    ]
    assert values(scanned(*[[line] for line in lines])) == [sha1(2), sha1(3)]


def test_a_column_of_sha1_beside_one_of_ntlm_is_of_passwords_unless_files_have_one_too() -> None:
    assert not values(scanned(["user", "NT", "LM", "SHA1"], ["a", md5(1), "", sha1(1)]))
    assert values(scanned(["OS", "NT", "SHA1"], ["x", "10", sha1(1)]))
    assert values(scanned(["NTLM", "SHA1", "SHA256"], [md5(1), sha1(1), sha256(1)]))


def test_below_wdigest_s_title_stand_passwords() -> None:
    assert not values(scanned(["* Primary:WDigest *"], ["    01  " + md5(1)], ["    02  " + md5(2)]))


def test_a_fingerprint_of_a_server_is_no_damaged_hash() -> None:
    jarm = "29d29d00029d29d00042d42d000000" + md5(1)
    placement = scanned(["Value"], [sha256(1)], [sha256(2)], [sha256(3)], [jarm], [sha256(4)[:62]])
    assert values(placement, Found.LEFT_OUT) == [jarm]
    assert values(placement, Found.DAMAGED) == [sha256(4)[:62]]


def test_a_longer_hash_and_a_wallet_are_listed_as_left_out() -> None:
    long, wallet = hashlib.sha512(b"x").hexdigest(), "0x" + sha1(1)
    placement = scanned([long], [wallet], [md5(1)])
    assert values(placement) == [md5(1)]
    assert values(placement, Found.LEFT_OUT) == [long, wallet]


def test_a_hash_in_a_file_name_counts_only_where_the_sheet_has_no_other() -> None:
    beside = scanned(["SHA256", "FileName"], [sha256(1), f"{md5(1)}.exe"], [sha256(2), md5(2)])
    assert values(beside) == [sha256(1), sha256(2)]
    assert len(values(beside, Found.LEFT_OUT)) == 2
    alone = scanned(["Date", "Name"], ["2024-01-01", f"{sha256(1)}.zip"], ["2024-01-02", "setup.exe"])
    assert values(alone) == [sha256(1)]


def test_under_a_heading_that_asks_for_a_hash_a_name_stands_for_its_file() -> None:
    rows = [[f"{sha256(i)}.one", sha256(-i)] for i in range(1, 9)]
    assert len(values(scanned(["Note SHA256", "Payload SHA256"], *rows))) == 16
    rows = [[f"{md5(i)}.one", sha256(-i)] for i in range(1, 9)]
    assert len(values(scanned(["Note SHA256", "Payload SHA256"], *rows))) == 8
    rows = [[f"{md5(i)}.one {md5(-i)}"] for i in range(1, 9)]
    assert len(values(scanned(["MD5"], *rows))) == 8


def test_a_commit_named_beside_its_url_is_left_out() -> None:
    text = f"{{'CHANGES.md at {sha1(1)}': 'https://github.com/a/b/blob/{sha1(1)}/CHANGES.md'}}"
    assert values(scanned(["Vendor", "Link"], ["a", text])) == []


# --- damage ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (sha256(1)[:63], "63 characters, a SHA-256 has 64"),
        ("1.23E+31", "a spreadsheet program made a number of it"),
        (sha256(1)[:32] + "\n" + sha256(1)[32:], "cut by a line break after 32 characters"),
        (sha256(1)[:12] + "…", "cut short with an ellipsis"),
        ("O" + sha256(1)[1:], "letter O where a digit 0 may belong (character 1)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", [0, 3])
def test_damage_in_a_column_of_hashes_is_never_dropped(text: str, reason: str, at: int) -> None:
    rows = [[sha256(f"row {i}"), "x"] for i in range(5)]
    rows[at][0] = text
    headed, bare = scanned(["SHA256", "Note"], *rows), scanned(*rows)
    found = [s for s in headed if s.found is Found.DAMAGED]
    assert found == [Sighting(at + 2, 0, Found.DAMAGED, "hash", text, reason)]
    if "32" not in reason:  # without a heading, two md5 are as good a reading
        assert [(s.row, s.reason) for s in bare if s.found is Found.DAMAGED] == [(at + 1, reason)]
    assert len(values(headed)) == 4


def test_a_hash_torn_in_two_is_not_taken_for_its_first_part() -> None:
    placement = scanned(["Hash", "Note"], [sha256(1)[:40] + " " + sha256(1)[40:], ""], [f"{md5(1)} {md5(2)}", ""])
    assert values(placement, Found.DAMAGED) == [sha256(1)[:40] + " " + sha256(1)[40:]]
    assert values(placement) == [md5(1), md5(2)]


@pytest.mark.parametrize("sign", ["\u200b", "\xad", "\u2028", "\ufeff", "\u202a"])
def test_an_invisible_sign_beside_a_hash_does_it_no_harm(sign: str) -> None:
    assert values(scanned(["Hash", "Note"], [sign + md5(1), ""], [md5(2) + sign, ""])) == [md5(1), md5(2)]


def test_many_comments_are_read_in_no_time() -> None:
    rows = [[f"# {md5(i)}"] for i in range(20_000)]
    assert len(values(scanned(*rows))) == 20_000


def test_a_type_that_says_hash_makes_a_damaged_value_one() -> None:
    placement = scanned(["Type", "Value"], ["md5", "1.5E+31"], ["ip", "10.0.0.1"], ["md5", md5(1)[:20]])
    assert [s.row for s in placement if s.found is Found.DAMAGED] == [2, 4]


def test_a_column_that_may_hold_any_hash_drops_none_that_is_cut_short() -> None:
    placement = scanned(["File Hash", "Note"], [sha256(1), ""], [sha256(2)[:57], ""], [md5(1) + sha1(1), ""])
    assert values(placement, Found.DAMAGED) == [sha256(2)[:57], md5(1) + sha1(1)]


@pytest.mark.parametrize("text", [sha1(1)[:30], " ".join(sha1(1)[i : i + 2] for i in range(0, 40, 2)), "1.5E+39"])
def test_a_line_that_calls_the_next_one_a_hash_is_believed(text: str) -> None:
    placement = scanned(["SHA1 hash of file a.exe:"], [text], ["CertUtil: -hashfile command completed successfully."])
    assert values(placement, Found.DAMAGED) == [text]


def test_numbers_elsewhere_are_not_damaged_hashes() -> None:
    placement = scanned(["Total", "Hash", "Score"], ["1.5E+31", md5(1), "123456789012345678901234567890"])
    assert values(placement, Found.DAMAGED) == []


# --- shapes ---------------------------------------------------------------------------------------------------------


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


def test_columns_of_ours_are_found_and_never_scanned() -> None:
    placement = scanned(["MD5", "vt_status", "vt_sha256"], [md5(1), "found", sha256(1)])
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


# --- whose hash -----------------------------------------------------------------------------------------------------


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


# --- properties -----------------------------------------------------------------------------------------------------

plain = st.sampled_from(["", "N/A", "10.0.0.1", "invoice.exe", "some words", "7"])
hash_values = st.one_of(st.integers().map(md5), st.integers().map(sha1), st.integers().map(sha256))
wrapped = st.tuples(
    hash_values, st.sampled_from(["{}", " {}\xa0", '"{}"', "({})", "md5: {}", "sha256={}", "found {} here"])
)
cells = st.one_of(plain, wrapped.map(lambda pair: pair[1].format(pair[0])))


@given(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_every_hash_is_found_at_its_address_once(table: list[list[str]]) -> None:
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
@settings(max_examples=100, deadline=None)
def test_scanning_an_enriched_sheet_finds_the_same(table: list[list[str]]) -> None:
    table = [["MD5", "Note", "Other"], *table]
    width = 3
    ours = [["vt_status", "vt_sha256"], *[["found", sha256(i)] for i in range(len(table) - 1)]]
    wide = [row + [""] * (width - len(row)) + extra for row, extra in zip(table, ours, strict=True)]
    assert list(scanned(*wide)) == list(scanned(*table))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=200))
@settings(max_examples=50, deadline=None)
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


def test_counts_by_column_say_why() -> None:
    placement = scanned(["SHA256", "Key"], [sha256(1), md5(1)], [sha256(""), md5(1)], [sha256(2)[:63], ""])
    first, second = placement.columns
    assert (first.indicators, first.trivial, first.damaged, first.left_out) == (1, 1, 1, 0)
    assert (second.heading, second.left_out) == ("Key", 2)
    assert "key" in second.why
    assert placement.count == 2
    assert placement.asks_something
    assert not scanned(["Key"], [md5(1)]).asks_something


@pytest.mark.parametrize("numbers", [(1, 7, 6, 5, 4, 3, 2), (1, 2, 3, 6, 7, 4, 5)])
def test_rows_that_stand_in_disorder_keep_their_own_values(numbers: tuple[int, ...]) -> None:
    rows = [Row(number, ("SHA256", "Note") if number == 1 else (sha256(number), "")) for number in numbers]
    placement = scan_sheet("", rows)
    for number in range(2, 8):
        assert [s.value for s in placement.sightings_at(number)] == [sha256(number)]
        assert placement.between(number, number + 1) == [(Indicator("hash", sha256(number)),)]
    assert [n.value for names in placement.between(2, 8) for n in names] == [sha256(n) for n in range(2, 8)]
