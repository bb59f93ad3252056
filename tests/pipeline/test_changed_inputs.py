"""An input that changes while lookups run: no row ever carries another file's answer, and no edit is written over."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrich.config.settings import Settings
from enrich.errors import InputError
from enrich.model.event import Event, EventKind
from enrich.pipeline import changed_inputs, inbox
from enrich.pipeline import run as one_run
from enrich.pipeline.run import RunReport, run
from enrich.providers.shared.api_key import Key
from tests.support.changing_inputs import CONTENTS, LISTS, WAYS, misplaced, overwritten, parquet, replaced
from tests.support.standin_server import KEY, Stand, rows, sha256

NUMBERS = tuple(range(12))
CASES = list(zip(3 * list(CONTENTS), cycle(LISTS), cycle(WAYS), strict=False))
QUICK, FURTHER = CASES[: len(CONTENTS)], CASES[len(CONTENTS) :]
"""Every format once; and in other ways, which together take some seconds."""
"""Each format, each list and each way meet: their numbers have no common divisor."""
Change = Callable[[], object]


def looked_up(stand: Stand, inputs: list[Path], changes: list[Change], **options: object) -> RunReport:
    """A run in which one of ``changes`` happens each time that lookups have just begun, and all at the end of it."""
    left = list(changes)

    def listener(event: Event) -> None:
        if event.kind is EventKind.ANSWERED and left:
            left.pop(0)()

    chosen = Settings(
        providers={"virustotal_url": stand.address},
        store=f"sqlite:///{stand.store}",
        per_minute=600,
        **options,  # type: ignore[arg-type]
    )
    return run(chosen, inputs, listener=listener, key=Key(KEY, "test"))


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changed_inputs, "PAUSE", 0.0)


@pytest.mark.parametrize(
    ("name", "change", "way"), [*QUICK, *(pytest.param(*case, marks=pytest.mark.slow) for case in FURTHER)]
)
def test_each_row_has_its_own_files_answer_whatever_was_changed(
    stand: Stand, tmp_path: Path, name: str, change: str, way: str
) -> None:
    path = tmp_path / name
    path.write_bytes(CONTENTS[name](NUMBERS))
    now = LISTS[change](NUMBERS, Random(7))
    report = looked_up(stand, [path], [lambda: WAYS[way](path, CONTENTS[name](now))])
    assert report.result.exit_code == 0
    (output,) = report.result.outputs
    assert misplaced(Path(output.path), now) == []
    assert any("changed while lookups ran" in text for text in report.warnings)
    assert len(stand.asked()) == len(set(NUMBERS) | set(now)), "each file is asked for once"
    assert report.result.totals.calls == len(set(NUMBERS) | set(now))


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_changes_that_follow_each_other_leave_no_wrong_row(
    stand: Stand, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("inputs") / data.draw(st.sampled_from(sorted(CONTENTS)))
    path.write_bytes(CONTENTS[path.name](NUMBERS))
    numbers, chance, changes = list(NUMBERS), data.draw(st.randoms(use_true_random=False)), list[Change]()
    for change in data.draw(st.lists(st.sampled_from(sorted(LISTS)), min_size=1, max_size=6)):
        numbers = LISTS[change](numbers or [0, 1], chance) or [0]
        way = WAYS[data.draw(st.sampled_from(sorted(WAYS)))]
        changes.append(partial(way, path, CONTENTS[path.name](numbers)))
    report = looked_up(stand, [path], changes)
    assert misplaced(Path(report.result.outputs[0].path)) == []


def test_a_csv_given_as_a_workbook_and_several_inputs_are_joined_right(stand: Stand, tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (first, second):
        path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    turned = NUMBERS[::-1]
    looked_up(stand, [first], [lambda: overwritten(first, CONTENTS["list.csv"](turned))], output=(tmp_path / "a.xlsx",))
    assert misplaced(tmp_path / "a.xlsx", turned) == []
    stand.store.unlink()
    change = [lambda: overwritten(second, CONTENTS["list.csv"](NUMBERS[1:]))]
    looked_up(stand, [first, second], list(change), out_dir=tmp_path / "out")
    assert misplaced(tmp_path / "out" / "a.enriched.csv", turned) == []
    assert misplaced(tmp_path / "out" / "b.enriched.csv", NUMBERS[1:]) == []


@pytest.mark.parametrize("way", sorted(WAYS))
def test_the_rows_of_a_parquet_file_are_those_of_its_last_state(stand: Stand, tmp_path: Path, way: str) -> None:
    path, turned = tmp_path / "list.parquet", NUMBERS[::-1]
    path.write_bytes(parquet(NUMBERS))
    looked_up(stand, [path], [lambda: WAYS[way](path, parquet(turned))])
    assert misplaced(tmp_path / "list.enriched.parquet", turned) == []


def test_what_comes_by_standard_input_is_what_it_was_when_it_was_read(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "list.csv", tmp_path / "out.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    with path.open() as file:
        monkeypatch.setattr("sys.stdin", file)
        looked_up(stand, [Path("-")], [lambda: overwritten(path, CONTENTS["list.csv"](NUMBERS[::-1]))], output=(out,))
    assert misplaced(out, NUMBERS) == []


@pytest.mark.parametrize("way", sorted(WAYS))
@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_file_of_the_inbox_that_changes_gets_its_own_answers(
    stand: Stand, tmp_path: Path, name: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "SETTLE", 0.0)
    box, out, turned = tmp_path / "in", tmp_path / "out", NUMBERS[::-1]
    box.mkdir()
    path = box / name
    path.write_bytes(CONTENTS[name](NUMBERS))
    ask, changes = one_run.ask, [lambda: WAYS[way](path, CONTENTS[name](turned))]

    async def changed(*arguments: object, **more: object) -> object:
        answers = await ask(*arguments, **more)  # type: ignore[arg-type]
        while changes:
            changes.pop()()
        return answers

    monkeypatch.setattr(one_run, "ask", changed)
    assert stand.run("--inbox", box, "--out-dir", out) == 0
    (written,) = out.iterdir()
    assert misplaced(written, turned) == []
    assert not changes


@pytest.mark.parametrize("name", ["list.csv", "list.csv.gz", "list.xlsx"])
def test_in_place_an_edit_stays_and_is_enriched_too(stand: Stand, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(CONTENTS[name](NUMBERS))
    edited = [*NUMBERS[3:], 40]
    content = CONTENTS[name](edited)
    looked_up(stand, [path], [lambda: replaced(path, content)], in_place=True)
    assert misplaced(path, edited) == []
    assert (tmp_path / f"{name}.bak").read_bytes() == content


def test_in_place_what_never_comes_to_rest_is_not_written_over(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    scan, edits = changed_inputs.is_changed, iter(range(100, 200))

    def edited_again(*arguments: object, **more: object) -> bool:
        replaced(path, CONTENTS["list.csv"]([*NUMBERS, next(edits)]))
        return bool(scan(*arguments, **more))  # type: ignore[arg-type]

    monkeypatch.setattr(changed_inputs, "is_changed", edited_again)
    report = looked_up(stand, [path], [], in_place=True)
    assert report.result.exit_code == 7
    assert report.problem is not None
    assert "nothing was written over it" in str(report.problem)
    assert b"vt_status" not in path.read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["list.csv", "store.sqlite"]


def test_what_does_not_come_to_rest_is_written_of_a_copy(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    scan, edits = changed_inputs.is_changed, iter(range(100, 200))

    def grown(*arguments: object, **more: object) -> bool:
        with path.open("ab") as file:
            file.write(f"ws,{sha256(next(edits))},more\n".encode())
        return bool(scan(*arguments, **more))  # type: ignore[arg-type]

    monkeypatch.setattr(changed_inputs, "is_changed", grown)
    report = looked_up(stand, [path], [])
    assert report.result.exit_code == 0
    assert misplaced(tmp_path / "list.enriched.csv", (*NUMBERS, *range(100, 104))) == []
    assert any("does not come to rest" in text for text in report.warnings)


def test_an_input_that_is_gone_is_written_of_what_was_read_but_not_in_place(stand: Stand, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    report = looked_up(stand, [path], [path.unlink])
    assert misplaced(tmp_path / "list.enriched.csv", NUMBERS) == []
    assert any("cannot be read again" in text for text in report.warnings)
    path.write_bytes(CONTENTS["list.csv"](range(20, 30)))
    assert looked_up(stand, [path], [path.unlink], in_place=True).result.exit_code == 7
    assert not path.exists()


def test_a_broken_rest_of_an_input_writes_nothing_and_keeps_the_answers(stand: Stand, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(CONTENTS["list.xlsx"](NUMBERS))
    with pytest.raises(InputError):
        looked_up(stand, [path], [lambda: overwritten(path, b"PK\x03\x04 half a workbook")])
    assert not (tmp_path / "list.enriched.xlsx").exists()
    path.write_bytes(CONTENTS["list.xlsx"](NUMBERS))
    assert looked_up(stand, [path], []).result.totals.calls == 0


def test_a_file_that_is_only_touched_is_no_other(stand: Stand, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    report = looked_up(stand, [path], [lambda: os.utime(path, (1, 1))])
    assert report.warnings == ()


def test_the_second_reading_spends_what_is_left_of_the_budget(stand: Stand, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    more = range(40, 60)
    report = looked_up(stand, [path], [lambda: overwritten(path, CONTENTS["list.csv"](more))], budget=15)
    assert len(stand.asked()) == 15
    assert report.result.exit_code == 3
    assert [line["vt_status"] for line in rows(tmp_path / "list.enriched.csv")].count("found") == 3


def test_with_refresh_nothing_is_paid_twice_in_one_run(stand: Stand, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    looked_up(stand, [path], [])
    looked_up(stand, [path], [lambda: overwritten(path, CONTENTS["list.csv"](NUMBERS[::-1]))], refresh=True)
    again = stand.asked()[len(NUMBERS) :]
    assert len(again) == len(set(again))
    assert len(stand.asked()) >= len(NUMBERS)


def test_an_emptied_input_gets_no_output(stand: Stand, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    with pytest.raises(InputError, match="no hash was found"):
        looked_up(stand, [path], [lambda: overwritten(path, b"Host,SHA256\nws1,none\n")])
    assert not (tmp_path / "list.enriched.csv").exists()


def emptied(path: Path) -> None:
    overwritten(path, b"")


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list.txt"])
def test_an_input_that_an_exporter_empties_first_is_waited_for(
    stand: Stand, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, turned = tmp_path / name, NUMBERS[::-1]
    path.write_bytes(CONTENTS[name](NUMBERS))
    waits = iter(range(10))

    def written(_self: object, _seconds: float) -> None:
        if next(waits) == 1:
            overwritten(path, CONTENTS[name](turned))

    monkeypatch.setattr(one_run.Finish, "_pause", written)
    report = looked_up(stand, [path], [lambda: emptied(path)])
    assert report.result.exit_code == 0
    (output,) = report.result.outputs
    assert misplaced(Path(output.path), turned) == []


@pytest.mark.parametrize("way", ["unlinked", "replaced"])
def test_an_empty_file_in_an_input_s_place_is_as_one_that_is_gone(stand: Stand, tmp_path: Path, way: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    change = path.unlink if way == "unlinked" else lambda: replaced(path, b"")
    report = looked_up(stand, [path], [change])
    assert report.result.exit_code == 0
    assert misplaced(tmp_path / "list.enriched.csv", NUMBERS) == []
    assert any("cannot be read again" in text for text in report.warnings)


@pytest.mark.parametrize("rest", [b"", b"PK\x03\x04 half a workbook"])
@pytest.mark.slow
def test_of_several_inputs_the_others_are_written_without_the_one_of_which_nothing_is_left(
    stand: Stand, tmp_path: Path, rest: bytes
) -> None:
    lost, kept = tmp_path / "lost.xlsx", tmp_path / "kept.csv"
    lost.write_bytes(CONTENTS["list.xlsx"](NUMBERS))
    kept.write_bytes(CONTENTS["list.csv"](range(20, 30)))
    looked_up(stand, [lost, kept], [])
    written = (tmp_path / "lost.enriched.xlsx").read_bytes()
    report = looked_up(stand, [lost, kept], [lambda: overwritten(lost, rest)], refresh=True)
    assert report.result.exit_code == 6
    ((path, error),) = report.unread
    assert path == str(lost)
    assert "every answer is stored" in error.one_line
    assert misplaced(tmp_path / "kept.enriched.csv", range(20, 30)) == []
    assert (tmp_path / "lost.enriched.xlsx").read_bytes() == written, "what an earlier run wrote stands"


def test_the_only_input_emptied_for_good_says_that_nothing_is_lost_and_its_list_is_not_forgotten(
    stand: Stand, tmp_path: Path
) -> None:
    path, other = tmp_path / "list.csv", tmp_path / "other.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    other.write_bytes(CONTENTS["list.csv"](range(20, 22)))
    with pytest.raises(InputError, match="is empty") as caught:
        looked_up(stand, [path], [lambda: emptied(path)])
    assert "every answer is stored" in caught.value.hint
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    assert looked_up(stand, [path, other], [], changes_only=True).result.exit_code == 0
    assert looked_up(stand, [path, other], [lambda: emptied(path)], changes_only=True, refresh=True).unread
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    assert looked_up(stand, [path, other], [], changes_only=True).result.totals.calls == 0
    assert {line["vt_change"] for line in rows(tmp_path / "list.enriched.csv")} == {""}


def test_a_file_of_the_inbox_that_is_emptied_stays_for_the_next_pass(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "SETTLE", 0.0)
    box, ask = tmp_path / "in", one_run.ask
    box.mkdir()
    path = box / "list.csv"
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))

    async def emptying(*arguments: object, **more: object) -> object:
        emptied(path)
        return await ask(*arguments, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(one_run, "ask", emptying)
        assert stand.run("--inbox", box, "--out-dir", tmp_path / "out") == 6
    assert path.exists()
    path.write_bytes(CONTENTS["list.csv"](NUMBERS))
    assert stand.run("--inbox", box, "--out-dir", tmp_path / "out") == 0
    assert len(stand.asked()) == len(NUMBERS), "nothing was paid for again"
