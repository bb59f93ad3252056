"""The same job on a pandas frame, for notebooks and scripts: ``enrich_frame`` and its async twin."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pandas as pd

from enrich.clock import SystemClock
from enrich.config.load import from_python, load
from enrich.config.settings import Settings
from enrich.errors import UsageError
from enrich.exclusions.lists import Held
from enrich.join.cells import Joiner
from enrich.model.column import Column, Type
from enrich.model.event import ignore_events
from enrich.model.row import Row
from enrich.pipeline.assemble import make_joiner
from enrich.pipeline.resolve import ask
from enrich.pipeline.sources import choice_of, sets_of_columns, sources_of
from enrich.providers import options_of_sources
from enrich.providers.shared.api_key import Key
from enrich.scan import scan_sheet, targets
from enrich.signals import Interrupt
from enrich.stores import open_store

if TYPE_CHECKING:
    from enrich.scan import Placement

FOR_FILES = {
    *("output", "out_dir", "in_place", "inbox", "format", "replace_answers"),
    *("column", "sheet", "encoding", "changes_only", "lang", "timezone", "incident_date"),
    *("fail_on", "json", "quiet", "verbose", "log_file", "metrics_file"),
}
"""Options of ``enrich run`` that mean nothing to a frame."""

_DTYPES = {Type.INTEGER: "Int64", Type.BOOLEAN: "boolean"}


def enrich_frame(df: pd.DataFrame, column: Hashable = None, *, key: str | None = None, **options: Any) -> pd.DataFrame:
    """A copy of ``df`` with the ``vt_...`` columns appended, row by row and with its index kept.

    ``column`` names the one column to look in; else hashes are found wherever they stand. ``key`` is looked for in
    its usual places where it is not given. ``options`` are those of ``enrich run`` (``max_age="3d"``, ``budget=100``),
    as Python values or as text. Dates are UTC timestamps, counts are nullable integers, and ``vt_status`` says how each
    row ended.
    Raises ``EnrichError``; within a running event loop await ``enrich_frame_async`` instead.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(enrich_frame_async(df, column, key=key, **options))
    raise UsageError("an event loop is running here", hint="use `await enrich.enrich_frame_async(df)`")


async def enrich_frame_async(
    df: pd.DataFrame, column: Hashable = None, *, key: str | None = None, **options: Any
) -> pd.DataFrame:
    """See :func:`enrich_frame`."""
    settings = _settings(options)
    if column is not None and column not in df.columns:
        raise UsageError(f"the frame has no column {column!r}", hint=f"it has {', '.join(map(str, df.columns))}")
    clock = SystemClock()
    with ExitStack() as stack:
        ours = sets_of_columns(settings)
        held = Held.from_settings(settings, stack, ours)
        watch = held.watch()
        chosen = (str(column),) if column is not None else ()
        placement = scan_sheet("", watch.over(_rows(df)), declared_header=1, columns=chosen, ours=ours)
        held.take(placement, watch)
        store = stack.enter_context(closing(open_store(settings.store_url, clock)))
        given = Key(key, "argument") if key else None
        sources = sources_of(settings, key=given)
        columns = choice_of(settings).of(sources)
        wanted = targets([placement])
        answers = await ask(wanted, sources, columns, store, clock, ignore_events, Interrupt(), held=held)
    if answers.problem is not None:
        raise answers.problem
    return _appended(df, answers.columns, placement, make_joiner(answers))


def _settings(options: Mapping[str, Any]) -> Settings:
    given = {}
    for name, value in options.items():
        if name in FOR_FILES:
            raise UsageError(f"the option {name!r} is for files, not for frames")
        if value is not None:
            given[name] = from_python(name, value, options_of_sources())
    return load(given, of_sources=options_of_sources())


def _rows(df: pd.DataFrame) -> Iterator[Row]:
    yield Row(1, [str(name) for name in df.columns])
    missing = df.isna().to_numpy()
    for number, (values, blanks) in enumerate(zip(df.itertuples(index=False, name=None), missing, strict=True), 2):
        yield Row(number, ["" if blank else str(value) for value, blank in zip(values, blanks, strict=True)])


def _appended(df: pd.DataFrame, columns: Sequence[Column], placement: Placement, joiner: Joiner) -> pd.DataFrame:
    rows = joiner.rows(placement.between(2, len(df) + 2))
    blank = (None,) * len(columns)
    cells = [blank if added is None else added.values for added in rows]  # noqa: PD011 - not a frame's
    kept = df.drop(columns=[column.name for column in columns if column.name in df.columns])
    added = {
        column.name: _series([row[place] for row in cells], column, df.index) for place, column in enumerate(columns)
    }
    return pd.concat([kept, pd.DataFrame(added, index=df.index)], axis=1)


def _series(values: list[Any], column: Column, index: pd.Index[Any]) -> pd.Series[Any]:
    if column.type is Type.DATE:
        return pd.Series(pd.to_datetime(pd.Series(values, index=index, dtype="Int64"), unit="s", utc=True), index=index)
    return pd.Series(values, index=index, dtype=_DTYPES.get(column.type, "string"))
