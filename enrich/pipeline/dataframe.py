"""The same job on a pandas frame, for notebooks and scripts: ``enrich_frame`` and its async twin."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
import pandas as pd

from enrich.clock import SystemClock
from enrich.config.load import from_python, load
from enrich.config.settings import Settings
from enrich.errors import UsageError
from enrich.formats.shared.bytes_as_text import bytes_as_text
from enrich.model.column import Column, Type
from enrich.model.event import Listener, ignore_events
from enrich.model.row import Added, Row
from enrich.pipeline.answered_rows import answer_rows
from enrich.pipeline.whose_columns import free_headings
from enrich.providers import options_of_sources
from enrich.providers.shared.api_key import Key
from enrich.signals import Interrupt

FOR_FILES = {
    *("workers", "engine", "scheduler", "only_answers", "replace_answers"),
    *("output", "out_dir", "in_place", "inbox", "format", "list"),
    *("column", "sheet", "encoding", "changes_only", "lang", "timezone", "incident_date", "group_by"),
    *("title", "case", "author", "tlp"),
    *("fail_on", "json", "quiet", "verbose", "log_file", "metrics_file"),
}
"""Options of ``enrich run`` that mean nothing to a frame."""

_DTYPES = {Type.INTEGER: "Int64", Type.BOOLEAN: "boolean"}

Frame = pd.DataFrame | pd.Series | pd.Index | Sequence[str]


def enrich_frame(
    df: Frame, column: Hashable = None, *, key: str | None = None, progress: Listener = ignore_events, **options: Any
) -> pd.DataFrame:
    """Return a copy of ``df`` with the ``vt_...`` columns appended, row by row and with its index kept.

    A series, an index or a list of texts counts as a frame of one column. Hashes are found wherever they stand, also
    in an index of texts; ``column`` names the one column, or level of the index, to look in. ``key`` is looked for in
    its usual places where it is not given. ``progress`` is called with each ``enrich.model.event.Event``;
    ``enrich.progress_bar()`` gives one that draws a bar, in a notebook too. ``options`` are those of ``enrich run``
    (``max_age="3d"``, ``budget=100``), as Python values or as text. Dates are UTC timestamps, counts are nullable
    integers, and ``vt_status`` says how each row ended.

    Raises ``EnrichError``; within a running event loop await ``enrich_frame_async`` instead.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(enrich_frame_async(df, column, key=key, progress=progress, **options))
    raise UsageError(
        "an event loop is running here, as in every notebook: use `await enrich.enrich_frame_async(...)`",
        hint="the same arguments, and await before it",
    )


async def enrich_frame_async(
    df: Frame, column: Hashable = None, *, key: str | None = None, progress: Listener = ignore_events, **options: Any
) -> pd.DataFrame:
    """See :func:`enrich_frame`."""
    frame, settings = as_frame(df), _settings(options)
    levels = _levels_of_text(frame.index)
    known = [*levels.columns, *frame.columns]
    if column is not None and column not in known:
        raise UsageError(f"the frame has no column {column!r}", hint=f"it has {', '.join(map(str, known))}")
    try:
        answered = await answer_rows(
            _Rows(pd.concat([levels.set_axis(frame.index), frame], axis=1)),
            settings,
            SystemClock(),
            listener=progress,
            interrupt=Interrupt(),
            key=Key(key, "argument") if key else None,
            columns=(str(column),) if column is not None else (),
        )
    finally:
        if callable(close := getattr(progress, "close", None)):
            close()
    if answered.answers.problem is not None:
        raise answered.answers.problem
    left_out = answered.answers.left_out
    for note in (*answered.notes, *((left_out.one_line,) if left_out is not None else ())):
        warnings.warn(note, stacklevel=2)
    present = {place - levels.shape[1] for place in answered.placement.present.values()}
    kept = frame.loc[:, [place not in present for place in range(frame.shape[1])]]
    columns = answered.answers.columns
    names = free_headings(columns, answered.placement)
    return _appended(kept, columns, names, answered.cells(len(frame)))


def as_frame(data: Frame) -> pd.DataFrame:
    """Return what a user handed over as a frame; ``UsageError`` for what holds no rows."""
    if isinstance(data, pd.DataFrame):
        if isinstance(data.columns, pd.MultiIndex):
            hint = "df.columns = ['_'.join(map(str, names)) for names in df.columns]"
            raise UsageError("a frame whose columns have several levels is not taken: give it one", hint=hint)
        return data
    if isinstance(data, pd.Series | pd.Index):
        frame = data.to_frame(name="value" if data.name is None else data.name)
        return frame.reset_index(drop=True) if isinstance(data, pd.Index) else frame
    if isinstance(data, Sequence | AbstractSet | np.ndarray) and not isinstance(data, str | bytes):
        return pd.DataFrame({"value": list(data)})
    what = type(data).__name__
    hint = "for a file: pandas.read_csv(...), or `enrich run FILE` in a shell"
    raise UsageError(f"a {what} is no frame, series or list of hashes", hint=hint)


def _levels_of_text(index: pd.Index[Any]) -> pd.DataFrame:
    """Return the levels of an index that hold texts, as columns: a hash may well be what a frame is indexed by."""
    levels = index.to_frame(index=False)
    names = ["value" if name is None else name for name in index.names]
    levels.columns = pd.Index(names)
    return levels.select_dtypes(include=["object", "string", "category"])


def _settings(options: Mapping[str, Any]) -> Settings:
    read = {}
    for name, value in options.items():
        if name in FOR_FILES:
            raise UsageError(f"the option {name!r} is for files, not for frames")
        if value is not None:
            read[name] = from_python(name, value, options_of_sources())
    return load(read, of_sources=options_of_sources())


class _Rows:
    """A frame's rows as text, below its headings."""

    def __init__(self, df: pd.DataFrame) -> None:
        self._df = df

    def __iter__(self) -> Iterator[Row]:
        yield Row(1, [str(name) for name in self._df.columns])
        missing = self._df.isna().to_numpy()
        rows = zip(self._df.itertuples(index=False, name=None), missing, strict=True)
        for number, (values, blanks) in enumerate(rows, 2):
            yield Row(number, ["" if blank else _text(value) for value, blank in zip(values, blanks, strict=True)])


def _text(value: object) -> str:
    return bytes_as_text(value) if isinstance(value, bytes) else str(value)


def _appended(
    df: pd.DataFrame, columns: Sequence[Column], names: Sequence[str], rows: Sequence[Added | None]
) -> pd.DataFrame:
    blank = (None,) * len(columns)
    cells = [blank if added is None else added.values for added in rows]  # noqa: PD011 - not a frame's
    added = {
        name: _series([row[place] for row in cells], column, df.index)
        for place, (name, column) in enumerate(zip(names, columns, strict=True))
    }
    return pd.concat([df, pd.DataFrame(added, index=df.index)], axis=1)


def _series(values: list[Any], column: Column, index: pd.Index[Any]) -> pd.Series[Any]:
    if column.type is Type.DATE:
        return pd.Series(pd.to_datetime(pd.Series(values, index=index, dtype="Int64"), unit="s", utc=True), index=index)
    return pd.Series(values, index=index, dtype=_DTYPES.get(column.type, "string"))
