"""Markdown for a ticket or wiki. Every foreign text stands in a code span, where nothing links, runs or mentions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from enrich.model.palette import BANNER, PALETTE
from enrich.model.result import Result
from enrich.reports.shared.groups import Group
from enrich.reports.shared.lines import Line, Trouble, bare, cut
from enrich.reports.shared.options import ReportOptions
from enrich.reports.shared.view import Listing, View, columns_for

SUFFIXES = (".md", ".markdown")
HELP = "a ticket or a wiki"
NEEDS: tuple[str, ...] = ()

MOST_ROWS = 1000
"""Of one table: wikis refuse pages of megabytes."""
MOST_GROUPS, MOST_BAD = 200, 12
"""Of the files named beside one host."""

Cells = Sequence[str]


def render(result: Result, target: BinaryIO, options: ReportOptions) -> None:
    """Write the report in UTF-8, in the table syntax that GitHub, GitLab and most wikis share."""
    view = View(result, options)
    target.write("\n".join(_blocks(view)).encode("utf-8", "backslashreplace"))


def _blocks(view: View) -> Iterator[str]:
    words = view.words
    if view.mark:
        yield f"**{plain(view.mark)}**\n"
    if view.banner:
        yield f"> {BANNER.sign} **{plain(view.banner)}**\n"
    yield f"# {plain(view.headline)}\n"
    yield f"{plain(view.sentence)}\n"
    filing = "".join(f" · {plain(term)}: {code(value, in_table=False)}" for term, value in view.filing)
    yield f"{code(view.title, in_table=False)}{filing} · {plain(view.made)}\n"
    yield _table(
        (words["verdict"], words["number"], words["note"]),
        (
            (f"{PALETTE[count.tone].sign} {count.word}", f"{count.number:,}", plain(count.meaning))
            for count in view.counts
        ),
    )
    for aside in view.asides:
        yield f"{plain(aside)}\n"
    for listing in view.first:
        yield from _listing(listing, view)
    yield from _groups(view)
    for listing in view.further:
        yield from _listing(listing, view)
    yield from _all(view)
    yield from _method(view)


def code(text: str, *, in_table: bool = True) -> str:
    """Return ``text`` as a code span: a fence longer than any in it, and in a table no pipe that ends the cell."""
    if not text:
        return "–"
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    padded = text.strip(" ") and (text[0] in "` " or text[-1] in "` ")  # spaces alone are not stripped by a reader
    pad = " " if padded else ""
    inner = text.replace("|", "\\|") if in_table else text
    return f"{fence}{pad}{inner}{pad}{fence}"


def plain(text: str) -> str:
    """Return a sentence of ours that may quote foreign words: every sign that Markdown or HTML reads is escaped."""
    escaped = re.sub(r"([\\`*_{}\[\]<>#|~$!&@])", r"\\\1", text)
    return re.sub(r"(?i)\b(https?|ftp|mailto|www)(:|\.)", lambda found: f"{found[1]}\\{found[2]}", escaped)


def _table(heads: Sequence[str], rows: Iterable[Cells]) -> str:
    lines = [[plain(head) for head in heads], ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


_CELLS: dict[str, Callable[[Any], str]] = {
    "verdict": lambda line: f"{PALETTE[line.tone].sign} {line.word}",
    "detections": lambda line: line.detections or "–",
    "hash": lambda line: f"{code(line.hash)} [↗]({line.page})" if line.page else code(line.hash),
    "label": lambda line: code(line.label),
    "name": lambda line: code(line.name),
    "context": lambda line: " ".join(map(code, line.words)) or "–",
    "type": lambda line: code(line.type),
    "first_seen": lambda line: line.first_seen or "–",
    "where": lambda line: code(line.where),
    "note": lambda line: code(line.note),
    "change": lambda line: code(line.change),
    "problem": lambda trouble: plain(trouble.problem),
    "value": lambda trouble: code(trouble.value),
}
"""How each column of a line is written, by the name of its heading; the analyst's words are those of every
row, one code span each.
"""
_ALL = ("verdict", "detections", "hash", "label", "name", "context", "type", "first_seen", "where", "note")


def _lines(columns: Sequence[str], lines: Iterable[Line | Trouble], view: View) -> str:
    """Return the table of these columns; the detections that it begins with are what it is about, and stand out."""
    rows = ([_CELLS[column](line) for column in columns] for line in lines)
    if columns[0] == "detections":
        rows = ([f"**{first}**", *others] for first, *others in rows)
    return _table([view.words[column] for column in columns], rows)


def _listing(listing: Listing, view: View) -> Iterator[str]:
    """Yield a heading, a sentence and a table."""
    lines = listing.lines
    yield f"## {plain(listing.title)}" + ("\n" if listing.key == "worst" else f" ({len(lines):,})\n")
    if listing.why:
        yield f"{plain(listing.why)}\n"
    yield _lines(listing.columns, lines[:MOST_ROWS], view)
    if len(lines) > MOST_ROWS:
        yield f"{plain(view.words[listing.more].format(n=f'{len(lines) - MOST_ROWS:,}'))}\n"


def _groups(view: View) -> Iterator[str]:
    """Yield what is malicious on each host, and on which there is nothing."""
    if not view.groups:
        return
    words = view.tone_words
    yield f"## {plain(view.words['groups'])} ({len(view.groups):,})\n"
    heads = [view.group_by, *(words[tone] for tone in view.group_tones), view.words["groups_bad"]]
    yield _table(heads, (_group(group, view) for group in view.groups[:MOST_GROUPS]))
    if (more := len(view.groups) - MOST_GROUPS) > 0:
        yield f"{plain(view.words['groups_more'].format(n=f'{more:,}'))}\n"
    if view.groups_quiet:
        yield f"{plain(view.groups_quiet)}\n"


def _group(group: Group, view: View) -> Cells:
    bad = [f"**{line.detections or '–'}** {code(line.short)}" for line in group.bad[:MOST_BAD]]
    if more := len(group.bad) - MOST_BAD:
        bad += [plain(view.words["more_below"].format(n=f"{more:,}"))] if more > 0 else []
    numbers = (f"{group.numbers.get(tone, 0):,}" for tone in view.group_tones)
    return (code(group.name), *numbers, "; ".join(bad) or "–")


def _all(view: View) -> Iterator[str]:
    """Yield the full list. What makes it too long for a wiki is given by hash alone, or the file is named that holds
    it.
    """
    if not view.lines:
        return
    words = view.words
    kept, compact, left_out = cut(view.lines, MOST_ROWS)
    yield f"## {plain(words['all'])} ({len(view.lines):,})\n"
    if view.lines_note:
        yield f"{plain(view.lines_note)}\n"
    yield _lines(columns_for(_ALL, kept), kept, view)
    if compact:
        yield f"### {plain(words['compact'])} ({len(compact):,})\n"
        yield "\n".join(["```text", *map(bare, compact), "```", ""])
    if left_out:
        yield f"{plain(words['more_elsewhere'].format(n=f'{left_out:,}'))}\n"


def _method(view: View) -> Iterator[str]:
    yield f"## {plain(view.words['method'])}\n"
    yield "\n".join(f"- {plain(term)}: {code(value, in_table=False)}" for term, value in view.method) + "\n"
    yield f"### {plain(view.words['limits'])}\n"
    yield "\n".join(f"- {plain(limit)}" for limit in view.limits) + "\n"
    yield f"{plain(view.words['zone'])}\n"
