"""The job on a pandas frame: rows, index and values as they were, typed columns beside them."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import enrich
from enrich.cli.standin_thread import in_background
from enrich.errors import KeyProblem, UsageError
from enrich.model.event import Event
from enrich.standin.options import StandinOptions
from enrich.standin.synthetic import hashes


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with in_background(StandinOptions(synthetic=True)) as there:
        yield there


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "host": ["a", "b", None, "d"],
            "md5": [hashes(1)[0], None, "d41d8cd98f00b204e9800998ecf8427e", "none"],
            "sha256": [None, hashes(2)[2].upper(), None, None],
            "size": [1, 2, 3, 4],
        },
        index=[10, 20, 30, 30],
    )


def test_the_frame_comes_back_with_typed_columns_appended(frame: pd.DataFrame, address: str) -> None:
    before = frame.copy()
    out = enrich.enrich_frame(frame, key="k" * 64, virustotal_url=address, store="memory:")
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(out[list(frame.columns)], before)
    assert list(out["vt_status"].fillna("")) == ["found", "found", "trivial", ""]
    assert str(out["vt_engines"].dtype) == "Int64"
    assert str(out["vt_first_seen"].dtype).endswith("UTC]")
    assert list(out["vt_sha256"].fillna(""))[:2] == [hashes(1)[2], hashes(2)[2]]


def test_a_named_column_is_the_only_one_looked_at(frame: pd.DataFrame, address: str) -> None:
    out = enrich.enrich_frame(frame, "sha256", key="k" * 64, virustotal_url=address, store="memory:")
    assert list(out["vt_status"].fillna("")) == ["", "found", "", ""]


def test_an_enriched_frame_is_refreshed_not_widened(frame: pd.DataFrame, address: str) -> None:
    once = enrich.enrich_frame(frame, key="k" * 64, virustotal_url=address, store="memory:")
    twice = enrich.enrich_frame(once, key="k" * 64, virustotal_url=address, store="memory:")
    assert list(twice.columns) == list(once.columns)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_one_that_was_saved_meanwhile_is_refreshed_not_widened(
    frame: pd.DataFrame, address: str, kind: str, tmp_path: Path
) -> None:
    where = {"key": "k" * 64, "virustotal_url": address, "store": "memory:"}
    once = enrich.enrich_frame(frame, all_columns=True, **where).reset_index(drop=True)
    path = tmp_path / f"saved.{kind}"
    if kind == "csv":
        once.to_csv(path, index=False)
        back = pd.read_csv(path)
    else:
        once.to_json(path, date_format="iso")
        back = pd.read_json(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        twice = enrich.enrich_frame(back, all_columns=True, **where)
    assert list(twice.columns) == list(once.columns)


def test_columns_of_ones_own_that_bear_our_names_stay(frame: pd.DataFrame, address: str) -> None:
    where = {"key": "k" * 64, "virustotal_url": address, "store": "memory:"}
    mine = frame.assign(vt_status=["seen", "new", "new", ""], vt_file_name=["a.exe", "b.exe", "c.exe", None])
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        out = enrich.enrich_frame(mine, **where)
        again = enrich.enrich_frame(out, **where)
    assert [str(one.message).partition(" of your own")[0] for one in told] == 2 * [
        "a column 'vt_status'",
        "a column 'vt_file_name'",
    ]
    pd.testing.assert_frame_equal(out[list(mine.columns)], mine)
    assert list(out["vt_status (2)"].fillna("")) == ["found", "found", "trivial", ""]
    assert list(again.columns) == list(out.columns)
    assert "vt_file_name (2)" in out.columns


def test_ones_own_is_told_by_a_cell_far_below(address: str) -> None:
    mine = pd.DataFrame({"md5": [hashes(at)[0] for at in range(600)], "vt_malicious": [1] * 599 + ["many"]})
    mine["vt_status"] = "found"
    with pytest.warns(UserWarning, match="'vt_malicious' of your own is there"):
        out = enrich.enrich_frame(mine, key="k" * 64, virustotal_url=address, store="memory:", offline=True)
    assert list(out["vt_malicious"]) == list(mine["vt_malicious"])


def test_two_columns_of_one_name_both_stay(address: str) -> None:
    mine = pd.DataFrame([[hashes(1)[0], "x", "y"]], columns=["md5", "vt_link", "vt_link"])
    with pytest.warns(UserWarning, match="of your own is there"):
        out = enrich.enrich_frame(mine, key="k" * 64, virustotal_url=address, store="memory:")
    assert out.iloc[0, :3].tolist() == [hashes(1)[0], "x", "y"]
    assert out["vt_status"].iloc[0] == "found"


async def test_the_async_twin_works_in_a_running_loop(frame: pd.DataFrame, address: str) -> None:
    out = await enrich.enrich_frame_async(frame, key="k" * 64, virustotal_url=address, store="memory:")
    assert out["vt_status"].iloc[0] == "found"
    with pytest.raises(UsageError, match="event loop"):
        enrich.enrich_frame(frame)


def test_a_refused_key_is_raised(frame: pd.DataFrame, address: str) -> None:
    with pytest.raises(KeyProblem):
        enrich.enrich_frame(frame, key="wrong", virustotal_url=address, store="memory:")


def test_an_unknown_option_is_named(frame: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="max_agee"):
        enrich.enrich_frame(frame, max_agee=3)


def test_a_column_that_is_not_there_is_named_with_those_that_are(frame: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="'sha-256'") as caught:
        enrich.enrich_frame(frame, "sha-256")
    assert "sha256" in caught.value.hint


def test_a_column_may_be_a_number(address: str) -> None:
    frame = pd.DataFrame([["a", hashes(1)[2]], ["b", hashes(2)[2]]])
    out = enrich.enrich_frame(frame, 1, key="k" * 64, virustotal_url=address, store="memory:")
    assert list(out["vt_status"]) == ["found", "found"]


def test_options_may_be_written_as_on_the_command_line(frame: pd.DataFrame, address: str) -> None:
    where = {"key": "k" * 64, "virustotal_url": address, "store": "memory:"}
    out = enrich.enrich_frame(frame, columns="vt_status,vt_size", max_age="3d", budget="1", **where)
    assert list(out.columns[-2:]) == ["vt_status", "vt_size"]
    assert list(out["vt_status"].fillna("")) == ["pending", "found", "trivial", ""], "the strongest first"


@pytest.mark.parametrize("option", ["output", "inbox", "json"])
def test_an_option_for_files_is_refused(frame: pd.DataFrame, option: str) -> None:
    with pytest.raises(UsageError, match="for files"):
        enrich.enrich_frame(frame, **{option: "x"})


def test_an_option_of_the_wrong_form_is_named(frame: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="max_age"):
        enrich.enrich_frame(frame, max_age="soon")


def where(address: str) -> dict[str, str]:
    return {"key": "k" * 64, "virustotal_url": address, "store": "memory:"}


@pytest.mark.parametrize(
    "data",
    [
        [hashes(1)[2], "word", hashes(2)[0]],
        (hashes(1)[2], None, hashes(2)[0]),
        pd.Series([hashes(1)[2], None, hashes(2)[0]]),
        pd.Series([hashes(1)[2], None, hashes(2)[0]], name="value", index=["a", "b", "c"]),
        pd.Index([hashes(1)[2], "word", hashes(2)[0]]),
        np.array([hashes(1)[2], "word", hashes(2)[0]]),
    ],
)
def test_a_series_or_a_list_counts_as_a_frame_of_one_column(data: object, address: str) -> None:
    out = enrich.enrich_frame(data, **where(address))
    assert out.columns[0] == "value"
    assert list(out["vt_status"].fillna("")) == ["found", "", "found"]
    if isinstance(data, pd.Series):
        assert list(out.index) == list(data.index)


@pytest.mark.parametrize("data", ["hashes.csv", b"x", 7, None, {"a": 1}])
def test_what_holds_no_rows_is_refused_with_what_to_do(data: object) -> None:
    with pytest.raises(UsageError, match="is no frame, series or list") as caught:
        enrich.enrich_frame(data)
    assert "read_csv" in caught.value.hint


def test_columns_of_several_levels_are_refused_with_what_to_do() -> None:
    frame = pd.DataFrame([[hashes(1)[2]]], columns=pd.MultiIndex.from_tuples([("a", "b")]))
    with pytest.raises(UsageError, match="several levels"):
        enrich.enrich_frame(frame)


def test_digests_and_text_in_bytes_are_looked_up(address: str) -> None:
    cells = [bytes.fromhex(hashes(1)[2]), hashes(2)[2].encode()]
    frame = pd.DataFrame({"sha256": cells})
    out = enrich.enrich_frame(frame, key="k" * 64, virustotal_url=address, store="memory:")
    assert list(out["vt_sha256"]) == [hashes(1)[2], hashes(2)[2]]
    assert list(out["sha256"]) == cells


def test_hashes_in_the_index_are_found_and_the_index_is_kept(address: str) -> None:
    frame = pd.DataFrame({"host": ["a", "b"]}, index=pd.Index([hashes(1)[2], hashes(2)[2]], name="sha256"))
    out = enrich.enrich_frame(frame, **where(address))
    assert list(out["vt_status"]) == ["found", "found"]
    assert out.index.equals(frame.index)
    assert list(out.columns)[:2] == ["host", "vt_status"]
    named = enrich.enrich_frame(frame, "sha256", **where(address))
    assert list(named["vt_sha256"]) == [hashes(1)[2], hashes(2)[2]]


def test_several_levels_of_an_index_are_looked_at(address: str) -> None:
    index = pd.MultiIndex.from_tuples([("a", 1, hashes(1)[2]), ("b", 2, hashes(2)[2])])
    out = enrich.enrich_frame(pd.DataFrame({"n": [1, 2]}, index=index), **where(address))
    assert list(out["vt_status"]) == ["found", "found"]
    assert out.index.equals(index)


def test_progress_is_told_and_closed(frame: pd.DataFrame, address: str) -> None:
    class Hook:
        def __init__(self) -> None:
            self.heard: list[str] = []

        def __call__(self, event: Event) -> None:
            self.heard.append(event.kind.value)

        def close(self) -> None:
            self.heard.append("closed")

    hook = Hook()
    enrich.enrich_frame(frame, progress=hook, **where(address))
    assert hook.heard == ["started", "answered", "answered", "ended", "closed"]
    plain: list[Event] = []
    enrich.enrich_frame(frame, progress=plain.append, **where(address))
    assert len(plain) == 4


def test_the_bar_is_to_be_had_by_name(frame: pd.DataFrame, address: str, capsys: pytest.CaptureFixture[str]) -> None:
    enrich.enrich_frame(frame, progress=enrich.progress_bar(), **where(address))
    assert "2/2" in capsys.readouterr().err


def test_a_hint_stands_below_the_error_in_a_traceback(frame: pd.DataFrame) -> None:
    with pytest.raises(enrich.EnrichError) as caught:
        enrich.enrich_frame(frame, "sha-256")
    assert "it has host, md5" in "".join(traceback.format_exception(caught.value))


def test_what_should_be_heard_is_a_warning(frame: pd.DataFrame, address: str) -> None:
    with pytest.warns(UserWarning, match="Mircosoft"):
        enrich.enrich_frame(frame, engines="Mircosoft", **where(address))
