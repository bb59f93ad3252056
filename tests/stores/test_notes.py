"""Short texts by name, which outlive the process that kept them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from enrich.clock import SystemClock
from enrich.stores import open_store


def test_a_note_is_what_was_kept_last_and_an_empty_one_is_dropped(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store'}"
    with closing(open_store(url, SystemClock())) as store:
        assert store.note("inbox") == ""
        store.keep_note("inbox", "first")
        store.keep_note("inbox", "second \U0001f4ce")
        store.keep_note("other", "else")
    with closing(open_store(url, SystemClock())) as store:
        assert (store.note("inbox"), store.note("other")) == ("second \U0001f4ce", "else")
        store.keep_note("inbox", "")
        assert store.note("inbox") == ""
