"""What is shaped like a hash and is no file's: told by headings, types, notes, titles, labels and lines above."""

from __future__ import annotations

import hashlib

import pytest

from enrich.model.row import Row
from enrich.model.sighting import Found
from enrich.scan import scan_sheet
from enrich.scan.agreement import agree
from tests.support.made_sheets import md5, scanned, sha1, sha256, values


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
        "TPM EK hash",
        "Bucket hash",
        "Hashed bucket",
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
    assert values(scanned(["Fingerprints:"], [f"  SHA1: {sha1(1)}"])) == []


def test_a_table_s_headings_in_a_text_are_of_files_where_they_name_them() -> None:
    lines = ["| Filename | MD5 | SHA1 | TLSH |", "|---|---|---|---|", f"| `a.py` | `{md5(1)}` | `{sha1(1)}` | `T1` |"]
    assert values(scanned(*[[line] for line in lines])) == [md5(1), sha1(1)]


@pytest.mark.parametrize(
    ("title", "sent"),
    [("Samples:", 2), ("## Malware samples", 2), ("Sample files:", 2), ("Dropped files:", 0), ("Certificates:", 0)],
)
def test_below_a_title_of_samples_a_name_that_is_a_hash_stands_for_its_file(title: str, sent: int) -> None:
    rows = [["Words that say something of the case."], [""], [title], [f"{sha256(1)}.bin"], [f"{md5(2)}.exe"]]
    assert values(scanned(*rows)) == [sha256(1), md5(2)][:sent]
    further = [[""], ["Screenshots:"], [f"{md5(3)}.png"]]
    assert values(scanned(*rows, *further)) == [sha256(1), md5(2)][:sent]


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


def test_a_rule_below_headings_of_any_words_opens_a_further_table() -> None:
    """As where several tables of Markdown stand in one file: what the first calls a certificate the second may not."""
    first = [["ID", "Certificate", "Rank", "Day"], ["--", ":---:", "---", "---"], ["1", sha1(1), "High", "Mon"], [""]]
    second = [["ID", "Sample", "Who", "Where"], ["--", "---", "---", "---"], ["1", sha1(2), "Foo", "there"], [""]]
    third = [["ID", "Whose", "Imphash", "Where"], ["--", "---", "---", "---"], ["1", "Foo", md5(3), "there"]]
    assert values(scanned(*first, *second, *third)) == [sha1(2)]
    dashes = ["--", "---", "---"]  # of records that name nothing, in a row by themselves
    assert values(scanned(["ID", "Hash", "Actor"], ["1", md5(1), "Foo"], dashes, ["2", md5(2), "Foo"])) == [
        md5(1),
        md5(2),
    ]


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


def test_a_part_of_a_name_is_never_promoted() -> None:
    beside = scanned(["SHA256", "FileName"], [sha256(1), f"{md5(1)}.exe"], [sha256(2), md5(2)])
    assert values(beside) == [sha256(1), sha256(2)]
    assert len(values(beside, Found.LEFT_OUT)) == 2
    alone = scanned(["Date", "Name"], ["2024-01-01", f"{sha256(1)}.zip"], ["2024-01-02", "setup.exe"])
    assert values(alone) == []


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


@pytest.mark.parametrize(
    "lines",
    [
        [" * NTLM : {md5}", " * SHA1 : {sha1}", " * DPAPI : {other}"],
        ["NTLM: {md5}", "LM  : {other}", "SHA1: {sha1}"],
        ["* Username : bob", "* NTLM : {md5}", "* SHA1 : {sha1}"],
        ["CORP\\svc:aes256-cts-hmac-sha1-96:{sha256}", "CORP\\svc:aes128-cts-hmac-sha1-96:{md5}"],
        ["   aes256_hmac       {sha256}", "   rc4_hmac_nt       {md5}"],
    ],
)
def test_what_dumps_of_logins_hold_is_secret_the_sha1_below_a_password_s_hash_too(lines: list[str]) -> None:
    hashes = {"md5": md5(1), "other": md5(2), "sha1": sha1(1), "sha256": sha256(1)}
    placement = scanned(*[[line.format(**hashes)] for line in lines])
    assert values(placement) == []
    assert all(sighting.reason.startswith("password or its hash: a secret") for sighting in placement)


@pytest.mark.parametrize(
    "lines",
    [
        ["NTLM: {md5}", "SHA256: {sha256}"],
        ["NTLM: {md5}", "dropper.exe", "SHA1: {sha1}"],
        ["NTLM: {md5}", "", "SHA1: {sha1}"],
        ["MD5: {md5}", "SHA1: {sha1}"],
    ],
)
def test_a_file_s_hash_somewhere_below_a_password_s_is_a_file_s(lines: list[str]) -> None:
    hashes = {"md5": md5(1), "sha1": sha1(1), "sha256": sha256(1)}
    placement = scanned(*[[line.format(**hashes)] for line in lines])
    assert values(placement)[-1] in (sha1(1), sha256(1))


def test_a_name_beside_a_value_names_it() -> None:
    rows = [["Name", "Value"], ["MD5", md5(1)], ["Imphash", md5(2)], ["x.exe", sha256(1)]]
    assert values(scanned(*rows)) == [md5(1), sha256(1)]


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


def test_the_sha1_of_a_password_is_one_where_names_and_values_have_a_cell_each() -> None:
    dump = [["* Username", "adm"], ["* NTLM", md5(1)], ["* SHA1", sha1(1)]]
    assert not values(scanned(*dump))
    assert not values(scanned(["Name", "Value"], *dump))
    assert not values(scanned(["* NTLM:", md5(1)], ["* SHA1:", sha1(1)]))
    files = ["* MD5", md5(2)], ["* SHA1", sha1(2)]
    assert values(scanned(*files)) == [md5(2), sha1(2)]


def test_below_wdigest_s_title_stand_passwords() -> None:
    assert not values(scanned(["* Primary:WDigest *"], ["    01  " + md5(1)], ["    02  " + md5(2)]))


@pytest.mark.parametrize(
    "headings",
    [("User", "Hash", "Cracked"), ("Username", "Domain", "Domain name", "Hash"), ("user", "rid", "hash", "status")],
)
def test_a_hash_among_what_an_account_has_is_its_password_s(headings: tuple[str, ...]) -> None:
    row = [md5(1) if name.lower() == "hash" else "x" for name in headings]
    assert values(scanned(headings, row)) == []
    assert values(scanned((*headings, "Path"), (*row, "C:\\a.exe"))) == [md5(1)], "of what a user ran"


def test_beside_an_empty_password_s_hash_stands_another_password_s() -> None:
    assert values(scanned(["max", "1001", "aad3b435b51404eeaad3b435b51404ee", md5(1)], ["ws1", "", "", md5(2)])) == [
        md5(2)
    ]


def test_words_of_an_attack_make_no_secret_of_a_tool_s_file() -> None:
    lines = [f"copied ntds.dit with {sha256(1)}", f"C:\\evil:{md5(2)}", f"cracked installers: {md5(3)}"]
    assert values(scanned(*([line] for line in lines))) == [sha256(1), md5(2), md5(3)]


def test_an_id_is_never_promoted() -> None:
    assert values(scanned(["Unique ID", "Filename"], [sha256(1), "a.exe"])) == []
    assert values(scanned(["Unique ID", "SHA256"], [md5(1), sha256(1)], [md5(2), sha256(2)])) == [sha256(1), sha256(2)]


def test_ids_of_other_things_than_files_are_none_however_alone() -> None:
    assert not values(scanned(["model_id", "version"], [md5(1), "2"], [md5(2), "2"]))
    assert not values(scanned(["tracking.feed_id"], [md5(1)], [md5(2)], declared_header=1))
    assert values(scanned(["data.id", "type"], [sha256(1), "file"])) == [sha256(1)]
    assert values(scanned(["VT ID", "Name"], [md5(1), "a.exe"])) == [md5(1)]


def test_an_empty_name_in_a_block_does_not_end_it() -> None:
    lines = [
        "- Authentihash:",
        "    MD5: ''",
        "    SHA1:",
        "    SHA256: " + sha256(1),
        "  MD5: ''",
        "  SHA256: " + sha256(2),
    ]
    assert values(scanned(*[[line] for line in lines])) == [sha256(2)]


def test_the_subject_of_a_report_is_a_file() -> None:
    assert values(scanned(["Subject.Name", "Subject.md5"], ["a.exe", md5(1)])) == [md5(1)]
    assert not values(scanned(["Subject hash", "x"], [md5(1), "a"]))


def test_a_link_to_a_file_in_a_repository_takes_nothing_from_its_text() -> None:
    link = "https://github.com/a/samples/blob/master/"
    assert values(scanned([f"* [{md5(1)}]({link}{md5(1)})"], [f"* [{md5(2)}]({link}{md5(2)})"])) == [md5(1), md5(2)]
    page = "https://github.com/a/b/commit/"
    assert not values(scanned([f"* [{sha1(1)}]({page}{sha1(1)})"]))


def test_a_notebook_s_hash_of_its_interpreter_is_no_file_s() -> None:
    assert not values(scanned(["metadata.interpreter.hash", "nbformat"], [sha256(1), "4"]))


def test_below_hash_what_a_file_makes_on_a_machine_is_no_type_of_the_value() -> None:
    rows = [["Type", "Name", "Hash"], ["Registry Run Keys", "os.exe", sha256(1)], ["Imphash", "x", md5(2)]]
    assert values(scanned(*rows)) == [sha256(1)]
    rows = [["Type", "Value"], ["Mutex", md5(1)], ["Registry key", md5(2)], ["MD5", md5(3)]]
    assert values(scanned(*rows)) == [md5(3)]


def test_what_a_sheet_is_called_is_said_of_its_own_values_alone() -> None:
    keys = scan_sheet("Keys", [Row(1, (sha256(1),))])
    (left,) = keys
    assert (left.found, left.value) == (Found.LEFT_OUT, sha256(1))
    hashes = scan_sheet("Hashes", [Row(1, ("a.exe", sha256(1))), Row(2, ("b.exe", sha256(2)))])
    agree([keys, hashes])
    assert values(hashes) == [sha256(1), sha256(2)]


def test_an_error_of_a_spreadsheet_program_is_no_title() -> None:
    rows = [["#REF!"], ["", "", "#REF!", "", "SHA256"], ["", "", "111", "", sha256(1)], ["", "", "#N/A", "", sha256(2)]]
    assert values(scanned(*rows)) == [sha256(1), sha256(2)]


def test_the_sha1_of_a_key_in_a_dump_stays_with_the_key() -> None:
    rows = [["[masterkey] with password: a (normal user)"], [f"  key : {sha256(1) * 2}"], [f"  sha1: {sha1(2)}"]]
    assert values(scanned(*rows)) == []
    assert values(scanned([f"  name : {sha256(1)}.exe"], [f"  sha1: {sha1(2)}"])) == [sha1(2)]


def test_a_message_beside_a_commit_names_commits() -> None:
    row = [sha1(1), f"fix build {sha1(2)}"]
    assert values(scanned(["Commit", "Message"], row)) == []
    assert values(scanned(["Alert", "Message"], ["a", f"blocked {sha1(2)}"])) == [sha1(2)]


@pytest.mark.parametrize("file", ["master.key", "cracked.potfile", "app.token"])
def test_a_file_s_ending_says_what_stands_in_it(file: str) -> None:
    assert values(scanned([md5(1)], file=file)) == []
    assert values(scanned([md5(1)], file=f"{file}.txt.md5")) == [md5(1)]


@pytest.mark.parametrize("title", ["Method and custody", "Chain of custody", "Метод и происхождение"])
def test_what_a_record_of_custody_names_is_the_house_s_own_file(title: str) -> None:
    worst = [("Name", "Detections", "Files"), ("a.exe", "9/72", sha256(1))]
    custody = [
        (title,),
        ("Input", "incident.xlsx"),
        ("Its SHA-256", sha256(2)),
        ("Output", "a.csv"),
        ("Его SHA-256", sha256(3)),
    ]
    placement = scanned(*worst, ("",), *custody, ("",), ("Malware",), ("x", "y", sha256(4)))
    assert values(placement) == [sha256(1), sha256(4)]
    assert values(placement, Found.LEFT_OUT) == [sha256(2), sha256(3)]


def test_a_title_below_the_headings_is_nearer_than_they_unless_they_say_hash() -> None:
    rows = [("Name", "MD5", "Files"), ("a", md5(1), sha1(1)), ("",), ("Certificates",), ("b", md5(2), sha1(2))]
    assert values(scanned(*rows)) == [md5(1), sha1(1), md5(2)]
