"""A list of users and their passwords' hashes is one of secrets; names of files and families before hashes are not."""

from __future__ import annotations

import pytest

from enrich.model.sighting import Found
from tests.support.made_sheets import md5, scanned, sha1, sha256, values

USERS = ["alice", "bob", "svc_backup", "m.meier@example.com", "Administrator"]


@pytest.mark.parametrize("function", [md5, sha1, sha256])
@pytest.mark.parametrize("line", ["{user}:{value}", "{user}: {value}", "{value}:{user}", "hash: {value}:{user}"])
def test_a_list_of_logins_is_never_sent(function, line) -> None:
    rows = [[line.format(user=user, value=function(user))] for user in USERS]
    placement = scanned(*rows)
    assert values(placement) == []
    left_out = [s for s in placement if s.found is Found.LEFT_OUT and s.kind == "hash"]
    assert {s.reason for s in left_out} == {"password or its hash: a secret"}
    assert values(scanned(["Users of the forum"], *rows)) == []


@pytest.mark.parametrize(
    "names",
    [
        ["md5", "MD5", "md5"],
        ["a.exe", "b.dll", "invoice.docx"],
        ["Dropper", "Payload", "Loader"],
        ["md5", "sha1", "sha256"],
        ["Sample 1", "Sample 2", "Sample 3"],
    ],
)
def test_files_and_labels_before_hashes_are_no_users(names) -> None:
    hashes = [(md5, sha1, sha256)[index](name) for index, name in enumerate(names)]
    assert values(scanned(*([f"{name}: {value}"] for name, value in zip(names, hashes, strict=True)))) == hashes


def test_one_line_alone_proves_nothing() -> None:
    rows = [["Emotet:" + md5(1)], [md5(2)], [md5(3)]]
    assert values(scanned(*rows)) == [md5(1), md5(2), md5(3)]


def test_salts_with_any_signs_and_realms_between_are_of_logins() -> None:
    salts = [r"gyX&C/}5|A>sDM\<1G", "a$Qz", ";7l;aDz", "F:x^9]", "9_+2~k"]
    rows = [[f"{md5(salt)}:{salt}"] for salt in salts]
    assert values(scanned(*rows)) == []
    assert values(scanned(*rows, [md5("odd") + r":x/y:z"])) == [], "one line of them without any sign of a salt"
    assert values(scanned(*([f"{user}:Private Area:{md5(user)}"] for user in USERS))) == []


def test_paths_and_words_behind_hashes_are_no_salts() -> None:
    paths = [r"C:\Windows\a", "/usr/bin/b", "tmp/c", r"..\d"]
    assert values(scanned(*([f"{md5(path)}:{path}"] for path in paths))) == [md5(path) for path in paths]


def test_few_names_that_come_again_and_again_are_of_families() -> None:
    rows = [[f"{family}:{md5((family, number))}"] for number in range(4) for family in ("Emotet", "TrickBot", "Qakbot")]
    assert len(values(scanned(*rows))) == 12
    once = [[f"{user}:{md5(user)}"] for user in (*USERS, "carol", "dave")]
    assert values(scanned(*once, *once[:2])) == [], "a user or two have changed the password"


@pytest.mark.parametrize("password", ["Summer2026", "winter1999!", "P@ssw0rd", "letmein!"])
def test_a_lone_cracked_hash_stays_home_where_its_word_can_only_be_a_password(password) -> None:
    assert values(scanned([f"{md5(1)}:{password}"])) == []
    assert values(scanned([f"{md5(1)}:{password}"], [md5(2)], [md5(3)])) == [md5(1), md5(2), md5(3)]


@pytest.mark.parametrize("family", ["Emotet", "APT28", "LockBit3", "obama207", "evil.exe"])
def test_a_lone_hash_with_a_family_is_a_file_s(family) -> None:
    assert values(scanned([f"{md5(1)}:{family}"])) == [md5(1)]


STATEMENTS = {
    "COPY public.users (id, login, passwd_hash) FROM stdin;": "{n}\tuser{n}\t{hash}",
    "COPY accounts (id, email, hash, created) FROM stdin;": "{n}\tu{n}@x.example\t{hash}\t2024-01-01",
    "INSERT INTO `members` (`id`, `name`, `pass`) VALUES": "({n},'user{n}','{hash}'),",
    'insert into public."users" (user_name, email, md5) values': "('user{n}', 'u{n}@x.example', '{hash}'),",
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_records_below_a_statement_that_names_their_columns_are_read_by_these(statement) -> None:
    records = [[STATEMENTS[statement].format(n=n, hash=md5(n))] for n in range(5)]
    assert values(scanned([statement], *records, ["-- samples"], [md5(9)])) == [md5(9)]


@pytest.mark.parametrize(
    "statement", ["COPY samples (id, name, md5) FROM stdin;", "INSERT INTO samples (id, name, md5) VALUES"]
)
def test_records_of_samples_below_a_statement_are_asked_for(statement) -> None:
    record = "{n}\ta{n}.exe\t{hash}" if "stdin" in statement else "({n}, 'a{n}.exe', '{hash}'),"
    assert values(scanned([statement], *([record.format(n=n, hash=md5(n))] for n in range(5)))) == [
        md5(n) for n in range(5)
    ]


def test_a_user_s_hash_with_its_salt_is_a_login() -> None:
    assert (
        values(scanned(*([f"{user}:{md5(user)}:{md5(-n)}"] for n, user in enumerate(("alice", "bob", "carol"))))) == []
    )
    files = [[f"WS-{n}:{md5(n)}:{sha256(n)}"] for n in range(4)]
    assert values(scanned(*files)) == [one for n in range(4) for one in (md5(n), sha256(n))]


@pytest.mark.parametrize(
    "heading", ["Kennwort-Hash", "MD5 des Kennworts", "Passworthash", "hash_mdp", "パスワードのハッシュ"]
)
def test_columns_of_passwords_are_heard_in_compounds(heading) -> None:
    assert values(scanned(["Zeile", heading, "Wert"], *([str(n), md5(n), "x"] for n in range(5)))) == []


@pytest.mark.parametrize("state", ["enabled", "Disabled", "LOCKED"])
def test_accounts_of_a_domain_are_told_without_headings(state) -> None:
    assert values(scanned([f"max;CONTOSO;{md5(1)};{state}"])) == []
    assert values(scanned(["max", "CONTOSO", md5(1), state], ["svc$", "CONTOSO", md5(2), "enabled"])) == []
    assert values(scanned(["evil.exe", "Emotet", md5(1), state], ["b.exe", "Emotet", md5(2), "enabled"])) == [
        md5(1),
        md5(2),
    ]


@pytest.mark.parametrize("file", ["db-dump.txt", "user_dump.csv", "SQL dumps.txt"])
def test_a_pair_of_a_name_and_a_hash_is_a_login_in_a_list_that_is_called_so(file) -> None:
    rows = [[f"user_{n}", md5(n)] for n in range(4)]
    assert values(scanned(*rows, file=file)) == []
    assert values(scanned(*rows, file="week 12.csv")) == [md5(n) for n in range(4)]
    assert values(scanned(*rows, file="memory dump.csv")) == [md5(n) for n in range(4)]
