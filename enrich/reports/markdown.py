"""Markdown for a ticket or wiki. Every foreign text stands in a code span, where nothing links, runs or mentions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO

from enrich.model.result import Result
from enrich.model.verdict import Tone
from enrich.reports.shared.lines import Line
from enrich.reports.shared.options import Options
from enrich.reports.shared.view import View, view

SUFFIXES = (".md", ".markdown")
NEEDS: tuple[str, ...] = ()

MOST_ROWS = 1000
"""Of one table: wikis refuse pages of megabytes; the whole stands in ``result.json``."""

SIGNS = {
    Tone.MALICIOUS: "🔴",
    Tone.SUSPICIOUS: "🟠",
    Tone.UNKNOWN: "🟡",
    Tone.NO_VERDICT: "🟡",
    Tone.UNDETECTED: "🟢",
    Tone.OPEN: "⚪",
    Tone.PLAIN: "⚪",
}

Cells = tuple[str, ...]


def render(result: Result, target: BinaryIO, options: Options) -> None:
    """Write the report in UTF-8, in the table syntax that GitHub, GitLab and most wikis share."""
    shown = view(result, options)
    target.write("\n".join(_blocks(shown)).encode("utf-8", "backslashreplace"))


def _blocks(shown: View) -> Iterator[str]:
    words = shown.words
    if shown.banner:
        yield f"> ⚠ **{plain(shown.banner)}**\n"
    yield f"# {plain(shown.headline)}\n"
    yield f"{plain(shown.sentence)}\n"
    yield f"{code(shown.title, in_table=False)} · {plain(shown.made)}\n"
    yield _table(
        (words["verdict"], words["number"], words["note"]),
        ((f"{SIGNS[count.verdict]} {count.word}", f"{count.number:,}", plain(count.meaning)) for count in shown.counts),
    )
    for aside in shown.asides:
        yield f"{plain(aside)}\n"
    yield from _worst(shown)
    yield from _section(words["unknown"], words["unknown_why"], words["unknown_none"], shown.unknown, _unknown, shown)
    yield from _troubles(shown)
    yield from _section(words["changes"], "", words["changes_none"], shown.changes, _changed, shown)
    yield from _section(words["all"], shown.lines_note, words["no_rows"], shown.lines, _whole, shown)
    yield from _method(shown)


def code(text: str, *, in_table: bool = True) -> str:
    """``text`` as a code span: a fence longer than any in it, and in a table no pipe that ends the cell."""
    if not text:
        return "–"
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    padded = text.strip(" ") and (text[0] in "` " or text[-1] in "` ")  # spaces alone are not stripped by a reader
    pad = " " if padded else ""
    inner = text.replace("|", "\\|") if in_table else text
    return f"{fence}{pad}{inner}{pad}{fence}"


def plain(text: str) -> str:
    """A sentence of ours that may quote foreign words: every sign that Markdown or HTML reads is escaped."""
    escaped = re.sub(r"([\\`*_{}\[\]<>#|~$!&@])", r"\\\1", text)
    return re.sub(r"(?i)\b(https?|ftp|mailto|www)(:|\.)", lambda found: f"{found[1]}\\{found[2]}", escaped)


def _table(heads: Sequence[str], rows: Iterable[Cells]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _hash(line: Line) -> str:
    return f"{code(line.hash)} [↗]({line.page})" if line.page else code(line.hash)


def _verdict(line: Line) -> str:
    return f"{SIGNS[line.verdict]} {line.word}"


def _worst(shown: View) -> Iterator[str]:
    heads = ("detections", "label", "name", "first_seen", "where", "hash")
    rows = (
        (
            f"**{line.detections}**",
            code(line.label),
            code(line.called),
            line.first_seen or "–",
            code(line.where),
            _hash(line),
        )
        for line in shown.worst
    )
    yield f"## {shown.words['worst']}\n"
    yield _table([shown.words[head] for head in heads], rows) if shown.worst else f"{shown.words['worst_none']}\n"


def _unknown(line: Line | None) -> Cells:
    return ("hash", "context", "where") if line is None else (_hash(line), code(line.called), code(line.where))


def _changed(line: Line | None) -> Cells:
    if line is None:
        return ("verdict", "change", "name", "hash")
    return (_verdict(line), code(line.change), code(line.called), _hash(line))


def _whole(line: Line | None) -> Cells:
    if line is None:
        return ("verdict", "detections", "hash", "label", "name", "type", "first_seen", "where", "note")
    return (
        _verdict(line), line.detections or "–", _hash(line), code(line.label), code(line.called), code(line.type),
        line.first_seen or "–", code(line.where), code(line.note),
    )  # fmt: skip


def _section(
    title: str, why: str, none: str, lines: Sequence[Line], cells: Callable[[Line | None], Cells], shown: View
) -> Iterator[str]:
    """A heading, a sentence and a table; ``cells(None)`` names the columns."""
    yield f"## {title} ({len(lines):,})\n"
    if not lines:
        yield f"{none}\n"
        return
    if why:
        yield f"{plain(why)}\n"
    yield _table([shown.words[head] for head in cells(None)], map(cells, lines[:MOST_ROWS]))
    if len(lines) > MOST_ROWS:
        yield f"{plain(shown.words['more_elsewhere'].format(n=f'{len(lines) - MOST_ROWS:,}'))}\n"


def _troubles(shown: View) -> Iterator[str]:
    words = shown.words
    yield f"## {words['troubles']} ({len(shown.troubles):,})\n"
    if not shown.troubles:
        yield f"{words['troubles_none']}\n"
        return
    yield f"{words['troubles_why']}\n"
    yield _table(
        (words["problem"], words["where"], words["value"], words["note"]),
        (
            (plain(trouble.word), code(trouble.where), code(trouble.value), code(trouble.text))
            for trouble in shown.troubles[:MOST_ROWS]
        ),
    )


def _method(shown: View) -> Iterator[str]:
    yield f"## {shown.words['method']}\n"
    yield "\n".join(f"- {plain(term)}: {code(value, in_table=False)}" for term, value in shown.method) + "\n"
    yield f"### {shown.words['limits']}\n"
    yield "\n".join(f"- {plain(limit)}" for limit in shown.limits) + "\n"
    yield f"{plain(shown.words['zone'])}\n"
