"""Outputs: named before a call is spent, never over an input, and one run at a time."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from enrich.config.settings import Settings
from enrich.errors import OutputError, UnfitInput, UsageError
from enrich.pipeline.outputs import InputFile, locked, plan_outputs


def plan(settings: Settings, *inputs: Path | None) -> list[tuple[str, int | None, str]]:
    given = [InputFile(path, path.suffix if path is not None else ".csv") for path in inputs]
    planned = plan_outputs(settings, given)
    return [(str(output.path), output.input_index, output.form) for output in planned]


def test_the_default_stands_beside_the_input(tmp_path: Path) -> None:
    assert plan(Settings(), tmp_path / "a.csv") == [(str(tmp_path / "a.enriched.csv"), 0, "")]


def test_several_inputs_go_to_the_out_dir(tmp_path: Path) -> None:
    planned = plan(Settings(out_dir=tmp_path / "out"), tmp_path / "a.csv", tmp_path / "b.xlsx")
    assert [Path(path).name for path, _, _ in planned] == ["a.enriched.csv", "b.enriched.xlsx"]
    assert {Path(path).parent for path, _, _ in planned} == {tmp_path / "out"}


def test_a_report_covers_all_inputs_and_a_sheet_only_one(tmp_path: Path) -> None:
    two = (tmp_path / "a.csv", tmp_path / "b.csv")
    assert plan(Settings(output=(tmp_path / "r.html",)), *two) == [(str(tmp_path / "r.html"), None, "html")]
    with pytest.raises(UsageError, match="cannot hold 2 inputs"):
        plan(Settings(output=(tmp_path / "r.csv",)), *two)


def test_a_place_for_the_sheets_gives_them_besides_the_reports(tmp_path: Path) -> None:
    two = (tmp_path / "a.csv", tmp_path / "b.csv")
    report = (tmp_path / "r.html",)
    planned = plan(Settings(output=report, out_dir=tmp_path / "out"), *two)
    assert [Path(path).name for path, _, _ in planned] == ["a.enriched.csv", "b.enriched.csv", "r.html"]
    assert plan(Settings(output=report, in_place=True), two[0])[0] == (str(two[0]), 0, "")
    named = plan(Settings(output=(tmp_path / "x.csv", *report), out_dir=tmp_path / "out"), two[0])
    assert [Path(path).name for path, _, _ in named] == ["x.csv", "r.html"]


def test_a_named_format_is_for_outputs_whose_suffix_does_not_tell(tmp_path: Path) -> None:
    names = ("r.html", "r.PDF", "r.md", "s.xlsx", "bundle.json", "bundle.stix.json", "b.txt", "plain")
    planned = plan(Settings(output=tuple(tmp_path / name for name in names), format="stix"), tmp_path / "a.csv")
    assert [form for _, _, form in planned] == ["html", "pdf", "markdown", "", "stix", "stix", "stix", "stix"]
    with pytest.raises(UsageError, match="no report format is called 'sticks'"):
        plan(Settings(output=(tmp_path / "b.json",), format="sticks"), tmp_path / "a.csv")


def test_an_input_is_never_overwritten_unless_in_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(UsageError, match="and an input"):
        plan(Settings(output=(path,)), path)
    assert plan(Settings(in_place=True), path) == [(str(path), 0, "")]


def test_files_of_one_name_from_several_folders_are_numbered(tmp_path: Path) -> None:
    for folder in "xy":
        (tmp_path / folder).mkdir()
    inputs = tmp_path / "a.csv", tmp_path / "x" / "a.csv", tmp_path / "y" / "A.csv"
    names = [Path(path).name for path, _, _ in plan(Settings(out_dir=tmp_path), *inputs)]
    assert names == ["a.enriched.csv", "a-2.enriched.csv", "A-3.enriched.csv"]


def test_two_outputs_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="twice"):
        plan(Settings(output=(tmp_path / "x.csv", tmp_path / "x.csv")), tmp_path / "a.csv")


@pytest.mark.parametrize("name", ["report.docx", "report"])
def test_an_unknown_suffix_lists_the_known(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(Settings(output=(tmp_path / name,)), tmp_path / "a.csv")
    assert ".html" in caught.value.hint


def test_a_directory_and_standard_input_without_output_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="folder"):
        plan(replace(Settings(), output=(tmp_path / "d.csv",)), *[(tmp_path / "d.csv").mkdir() or tmp_path / "a.csv"])
    with pytest.raises(UsageError, match="standard input"):
        plan(Settings(), None)


def test_a_state_directory_that_is_shut_stops_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def shut(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("filelock.FileLock.acquire", shut)
    with locked([tmp_path / "out.csv"]):
        pass


def test_a_run_without_a_home_locks_beside_its_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("enrich.pipeline.outputs.user_state_path", lambda _: tmp_path / "file" / "no folder")
    path = tmp_path / "out.csv"
    with locked([path]), pytest.raises(OutputError, match="another run"), locked([path]):
        pass
    with locked([path]):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_in_place_writes_to_the_file_that_a_link_names(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("a\n")
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    assert plan(Settings(in_place=True), link) == [(str(tmp_path / "real.csv"), 0, "")]


def test_a_second_run_on_the_same_output_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with locked([path]), pytest.raises(OutputError, match="another run"), locked([path]):
        pass
    with locked([path]):
        pass


def test_the_longest_names_leave_room_for_what_outputs_add(tmp_path: Path) -> None:
    two = [tmp_path / f"{'я' * 120}{end}.csv" for end in ("один", "два")]
    names = [Path(path).name for path, _, _ in plan(Settings(out_dir=tmp_path / "out"), *two)]
    assert [name[:110] for name in names] == ["я" * 110] * 2
    assert all(name.endswith(".enriched.csv") for name in names)
    assert len(set(names)) == 2
    assert all(len(os.fsencode(name)) <= 255 for name in names)
    assert Path(plan(Settings(), tmp_path / "short.csv")[0][0]).name == "short.enriched.csv"


def test_a_name_without_room_for_bak_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UnfitInput, match=r"no room for \.bak"):
        plan(Settings(in_place=True), tmp_path / f"{'n' * 250}.csv")
