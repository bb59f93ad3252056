"""JSON lines of flat records are read by the line, and given back with our keys: nothing else of a line changes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.formats import open_document
from enrich.model.column import Column, Type
from enrich.model.finding import Status
from enrich.model.row import Added, Addition
from enrich.model.verdict import Tone
from tests.support.standin_server import Stand, rows, sha256

COLUMNS = (
    Column("vt_status", "Status", "", Type.STATUS),
    Column("vt_engines", "Engines", "", Type.INTEGER),
    Column("vt_first_seen", "Seen", "", Type.DATE),
)
KEYS = st.text(st.sampled_from('ab":,{}\\ é'), max_size=4).filter(lambda key: not key.startswith("vt_"))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(st.sampled_from('ab",:{}\\é\u2028\n'), max_size=6))
RECORDS = st.dictionaries(KEYS, st.one_of(SCALARS, st.dictionaries(KEYS, SCALARS, max_size=2)), max_size=4)
STYLES = st.sampled_from([(", ", ": "), (",", ":"), (" ,\t", " : ")])


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A file of records as programs write them."""
    style, end = draw(STYLES), draw(st.sampled_from(["\n", "\r\n", " \n"]))
    records = draw(st.lists(st.one_of(RECORDS, st.none()), max_size=8))
    written = ["" if one is None else json.dumps(one, separators=style, ensure_ascii=False) for one in records]
    first = draw(st.sampled_from(['{"a": 1}', '\ufeff{"b":"x"}', '{ "n": 1.50 , "m": 1e400 }']))
    return end.join([first, '{"z":0}', *written]).encode() + draw(st.sampled_from([b"", b"\n", b"\n\n"]))


def given_back(path: Path, present: tuple[str, ...] = (), number: int = 1) -> bytes:
    """The file with cells for every second line."""
    added = Added(("found", number, 1_500_000_000), Tone.PLAIN, Status.FOUND)
    names = tuple(column.name for column in COLUMNS)
    addition = Addition(
        COLUMNS, names, 1, lambda row: added if row % 2 == 0 else None, present=dict.fromkeys(present, 0)
    )
    target = path.with_name("out.jsonl")
    document = open_document(path)
    assert document.format == "json_lines"
    with target.open("wb") as file:
        document.give_back(file, {"": addition}, ())
    return target.read_bytes()


@given(lines())
def test_every_line_stands_as_it_was_with_our_keys_behind_its_own(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("lines") / "in.jsonl"
    path.write_bytes(content)
    before, after = content.split(b"\n"), given_back(path).split(b"\n")
    assert len(before) == len(after)
    for number, (old, new) in enumerate(zip(before, after, strict=True), 2):
        if number % 2 or not old.strip():
            assert new == old
            continue
        ours = {"vt_status": "found", "vt_engines": 1, "vt_first_seen": "2017-07-14T02:40:00Z"}
        assert json.loads(new.decode("utf-8-sig")) == json.loads(old.decode("utf-8-sig")) | ours
        assert new.startswith(old.rstrip()[:-1].rstrip())


@given(lines())
def test_what_an_earlier_run_left_is_replaced(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("again") / "in.jsonl"
    path.write_bytes(content)
    once, other = given_back(path), given_back(path, number=7)
    path.write_bytes(once)
    names = tuple(column.name for column in COLUMNS)
    assert given_back(path, names) == once
    assert given_back(path, names, 7) == other


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": [{"md5": "x"}]}\n{"a": 1}\n',
        b'{"a": 1}\n{"a": 1} trailing\n',
        b'{"a": 1}\n[1]\n',
        b'{"a": 1, "a": 2}\n{}\n',
        b'{"a": "\xff"}\n{}\n',
        b'{"d41d8cd98f00b204e9800998ecf8427e": 1}\n{}\n',
    ],
)
def test_what_is_no_flat_record_a_line_is_read_as_any_json_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(content)
    assert open_document(path).format in ("json", "text")


def test_a_run_gives_telemetry_back_as_it_came(stand: Stand, tmp_path: Path) -> None:
    records = [{"host": f"ws{n}", "process": {"sha256": sha256(n % 3)}, "pid": n} for n in range(7)]
    text = "".join(json.dumps(record) + "\n" for record in records)
    (tmp_path / "in.jsonl").write_text(text)
    (tmp_path / "packed.ndjson.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    assert stand.run(tmp_path / "in.jsonl", tmp_path / "packed.ndjson.gz", "--out-dir", tmp_path / "out") == 0
    given = (tmp_path / "out" / "in.enriched.jsonl").read_text()
    assert gzip.decompress((tmp_path / "out" / "packed.enriched.ndjson.gz").read_bytes()).decode() == given
    for record, line in zip(records, map(json.loads, given.splitlines()), strict=True):
        assert line | record == line
        assert line["vt_sha256"] == record["process"]["sha256"]  # type: ignore[index]
    assert len(stand.asked()) == 3


def test_a_list_is_made_json_lines_on_request(stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f"Host,SHA256\nws1,{sha256(1)}\nws2,\n")
    assert stand.run(tmp_path / "in.csv", "-o", tmp_path / "out.jsonl", "-o", tmp_path / "out.csv") == 0
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert first["Host"] == "ws1"
    assert str(first["vt_engines"]) == rows(tmp_path / "out.csv")[0]["vt_engines"]
    assert second == {"Host": "ws2", "SHA256": ""}
