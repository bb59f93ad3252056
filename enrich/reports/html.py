"""HTML: one self-contained page that opens from a mail attachment without a network.

The page runs one script and one style sheet, both named by hash in its Content-Security-Policy; data rides as JSON that
no browser executes, and foreign text reaches the page as text only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

from enrich.extras import library
from enrich.model import palette
from enrich.model.result import Result
from enrich.model.verdict import Tone
from enrich.reports.shared import charts
from enrich.reports.shared.lines import Line
from enrich.reports.shared.options import ReportOptions
from enrich.reports.shared.statistics import Names
from enrich.reports.shared.view import View

SUFFIXES = (".html", ".htm")
HELP = "the person who decides: one file, opens from a mail with no network; search, sort, filter, copy"
NEEDS = ("jinja2", "itables", "vl_convert")

MOST_LISTED = 200
"""Of a list before the full one, which holds every line."""
MOST_GROUPS = 1_000
"""Of the hosts, worst first: a browser lays out no more without a pause."""
MOST_BAD = 12
"""Of the files named beside one host."""

CHART_COLOURS = charts.ChartColours(
    tones={tone: f"var(--{tone.value}-bar)" for tone in Tone},
    bar="var(--bar)",
    ink="var(--soft)",
    faint="var(--line)",
    accent="var(--accent)",
    font="system-ui, sans-serif",
)


def render(result: Result, target: BinaryIO, options: ReportOptions) -> None:
    """Write the page in UTF-8."""
    view = View(result, options)
    style = _palette() + _asset("report.css") + _running_header(view)
    script = _table_library() + _asset("report.js")
    page = _template().render(
        view=view,
        charts=charts.charts(view, CHART_COLOURS),
        policy=_policy(style, script),
        style=style,
        script=script,
        data=_data(view),
        most_listed=MOST_LISTED,
        most_groups=MOST_GROUPS,
        most_bad=MOST_BAD,
    )
    target.write(page.encode("utf-8", "backslashreplace"))


def _palette() -> str:
    """Return the palette as custom properties: ``--malicious`` the ink, ``-ground`` the field below it, ``-bar`` of
    charts.
    """
    each = {**{tone.value: colours for tone, colours in palette.PALETTE.items()}, "banner": palette.BANNER}
    light = [f"--ink:{palette.INK};--soft:{palette.SOFT};--accent:{palette.ACCENT};--bar:{palette.BAR}"]
    light += [f"--{name}:{c.ink};--{name}-ground:{c.ground};--{name}-bar:{c.bar}" for name, c in each.items()]
    dark = [
        f"--{name}:{c.dark_ink};--{name}-ground:{c.dark_ground};--{name}-bar:{c.dark_ink}" for name, c in each.items()
    ]
    classes = [f".{name}{{--c:var(--{name});--g:var(--{name}-ground);--b:var(--{name}-bar)}}" for name in each]
    return (
        f":root{{{';'.join(light)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{';'.join(dark)}}}}}\n{''.join(classes)}\n"
    )


def _running_header(view: View) -> str:
    """Return what stands on every printed page: the title, the TLP mark, the page's number."""
    font = f"font: 7.5pt system-ui, sans-serif; color: {palette.SOFT};"
    return (
        f"@page {{ @top-left {{ content: {_css_text(view.filed_as)}; {font} }} "
        f"@top-right {{ content: {_css_text(view.mark)}; {font} font-weight: bold; }} "
        f"@bottom-left {{ content: {_css_text(view.made)}; {font} }} "
        f'@bottom-right {{ content: counter(page) " / " counter(pages); {font} }} }}\n'
    )


def _css_text(text: str) -> str:
    """Return a string of CSS in which nothing ends the string or the style element: all but letters and digits
    escaped.
    """
    return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\{ord(c):x} " for c in text) + '"'


def _policy(style: str, script: str) -> str:
    """Return the page's policy: nothing may load, nothing may run but our script and style, nothing may be sent."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _data(view: View) -> str:
    """Return the table as JSON inside a script element: nothing in it can end that element."""
    tones = list(view.tone_words)
    pages = list(dict.fromkeys(start for line in view.lines if (start := _page_start(line))))
    table = {
        "tones": [[tone.value, view.tone_words[tone]] for tone in tones],
        "words": {name: view.words[name] for name in sorted(set(re.findall(r"\bwords\.(\w+)", _asset("report.js"))))},
        "heads": _heads(view.names),
        "pages": pages,
        "kinds": list(view.kinds.items()),
        "rows": [_cells(line, tones, list(view.kinds), pages) for line in view.lines],
    }
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    # "</script" and "<!--" end or change a script element whatever the JSON means; U+2028 and U+2029 end a line of
    # JavaScript in old readers. As JSON escapes all of them mean the same.
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _heads(names: Names) -> list[str]:
    """Titles of the list that is copied as CSV, by their machine names: see ``csv`` in ``report.js``."""
    return [
        "verdict", f"{names.prefix}_malicious", f"{names.prefix}_engines", "hash", names.threat_label, names.file_name,
        names.file_type, names.first_seen, names.last_analysis, "where", "words", f"{names.prefix}_note",
    ]  # fmt: skip


def _page_start(line: Line) -> str:
    """Return what stands before the indicator in the address of its page, where it ends it; else ""."""
    return line.page.removesuffix(line.hash) if line.page.endswith(line.hash) else ""


def _cells(line: Line, tones: list[Tone], kinds: list[str], pages: list[str]) -> list[Any]:
    """Return one row, in the order that ``report.js`` reads, which puts the address of the page together."""
    start = _page_start(line)
    # The page's address is mostly a fixed start and the indicator: written once in the table, and not in each row.
    page = pages.index(start) + 1 if start else line.page or 0
    return [
        tones.index(line.tone), line.malicious, line.engines, line.hash, line.label, line.name, line.type,
        line.first_seen, line.analysed, line.where, line.places if line.places != line.where else 0, line.words,
        line.groups, line.note, line.change, page,
        kinds.index(line.kind) if line.kind in kinds else 0,
    ]  # fmt: skip


@cache
def _template() -> Any:
    jinja2 = library("jinja2", "the HTML report")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("enrich.reports", "assets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["broken"] = _broken
    return environment.get_template("report.html.j2")


def _broken(text: str) -> Any:
    """Return a name as markup that may break behind each sign, rather than in a word."""
    markup = library("markupsafe", "the HTML report")
    return markup.Markup("<wbr>").join(re.split(r"(?<=[./\\_:-])(?=\w)", text))


@cache
def _asset(name: str) -> str:
    return (files("enrich.reports") / "assets" / name).read_text("utf-8")


@cache
def _table_library() -> str:
    """DataTables and jQuery as one script without exports, from the bundle that ITables ships for offline use."""
    bundle = Path(library("itables.options", "the table of the HTML report").dt_bundle).read_text("utf-8")
    exports = re.search(r"export\s*\{([^}]*)\}\s*;?", bundle)
    jquery = re.search(r"(\w+) as jQuery\b", exports[1]) if exports else None
    if exports is None or jquery is None:
        raise RuntimeError("this release of itables bundles DataTables in a way that is not known here")
    code = bundle[: exports.start()] + bundle[exports.end() :]
    # the same regular expression, and no longer HTML's way into an escaped script
    code = code.replace("<!--", r"<\!--")
    if "</script" in code.lower():
        raise RuntimeError("the bundle of itables cannot stand inside a page")
    return f"{code}\nconst $ = {jquery[1]};\n"
