"""In which format an input comes back, and what that format can hold besides its rows."""

from __future__ import annotations

from collections.abc import Sequence

from enrich.errors import OutputError, UnfitInput
from enrich.files.atomic import suffix_of
from enrich.formats import takes_one_table, takes_pages
from enrich.model.column import Column
from enrich.pipeline.inputs import Input, Intake
from enrich.pipeline.outputs import Planned
from enrich.registry import entries

FALLBACK = ".xlsx"
"""What an input is given back as where its own format cannot hold further columns."""


def home_suffix(item: Input) -> str:
    """Return the suffix that an input is given back with: its own, unless that is another format's."""
    if not item.document.can_give_back:
        return FALLBACK
    own = suffix_of(item.path) if item.path is not None else ""
    modules = entries("enrich.formats")
    natural = modules[item.document.format].SUFFIXES
    foreign = any(own in module.SUFFIXES or own == f".{name}" for name, module in modules.items())
    return own if own in natural or (own and not foreign) else str(natural[0])


def gives_back(item: Input, output: Planned) -> bool:
    """Return whether an output is the input itself with our columns, and no new file."""
    return item.document.can_give_back and output.suffix == home_suffix(item)


def holds_pages(item: Input, output: Planned) -> bool:
    """Return whether an output holds pages of ours besides the rows."""
    if gives_back(item, output):
        return bool(getattr(entries("enrich.formats")[item.document.format], "PAGES", False))
    return takes_pages(output.suffix)


def tables_of(item: Input, output: Planned) -> list[str]:
    """Return the sheets that a new file takes: all, or the one that asks something. ``UnfitInput`` where several do."""
    every = list(item.document.sheets)
    if len(every) < 2 or not takes_one_table(output.suffix):
        return every
    asking = [name for name in every if name in item.placements and item.placements[name].asks_something]
    if len(asking) > 1:
        raise UnfitInput(
            f"a file that ends in {output.suffix} has room for one table, and {len(asking)} sheets hold indicators: "
            + ", ".join(asking),
            hint="choose one with --sheet, or write .xlsx or .csv",
        )
    return asking or every[:1]


def new_file_warnings(item: Input, output: Planned) -> list[str]:
    """Warn that an output in the input's own format is a new file, and of sheets that it has no room for."""
    taken = tables_of(item, output)
    left = [sheet for sheet in item.document.sheets if sheet not in taken]
    said = [f"it has room for one table and holds that of {taken[0]}, not those of: {', '.join(left)}"] if left else []
    sisters = entries("enrich.formats")[item.document.format].SUFFIXES
    if not item.document.can_give_back or output.suffix not in sisters:
        return said
    home = home_suffix(item)
    return [*said, f"a new file of the cells' texts; the input itself comes back as an output that ends in {home}."]


def check_room(planned: Sequence[Planned], intake: Intake, columns: Sequence[Column]) -> None:
    """Raise ``UnfitInput`` where an output has no room for an input's ``columns`` or sheets: before a call is spent."""
    for output in planned:
        if output.input_index is None:
            continue
        item = intake.inputs[output.input_index]
        if not gives_back(item, output):
            tables_of(item, output)
            continue
        asking = {name: p.present for name, p in item.placements.items() if p.asks_something}
        try:
            item.document.check({name: sum(c.name not in there for c in columns) for name, there in asking.items()})
        except OutputError as error:
            raise UnfitInput(str(error), hint=error.hint) from error
