"""The walls: which room may import which, read from the imports themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from enrich import errors

HOME = Path(__file__).resolve().parents[1] / "enrich"
GROUND = {
    *("model", "result", "fields", "page", "address", "errors", "registry", "clock", "settings", "options", "words"),
    *("shown", "progress", "interrupt", "key", "exits", "summary", "whole", "audit", "logbook", "metrics", "inbox"),
}
"""Known to all: sees the ground floor alone."""
CALL_SIDE = {
    *("service", "appended", "engines", "lookup", "tries", "triage", "keeper", "pace", "stretches"),
    *("providers", "stores"),
}
SHEET_SIDE = {
    *("formats", "scan", "kinds", "bloom", "watch", "held", "intake", "outputs"),
    *("join", "tally", "beside", "listing", "digest", "reports", "rendering", "writing"),
}
BOTH = {"answers", "changes", "plan", "run", "frame"}
"""The rooms that bring the two sides together."""
DOORS = {"__init__", "__main__", "cli", "commands", "standin"}
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
NAMES = {"Babel", "Excel", "VirusTotal"}
"""Words that begin with a capital wherever they stand."""
FORBIDDEN = {
    "formats": {"aiohttp"},
    "scan": {"aiohttp", "openpyxl"},
    "join": {"aiohttp", "openpyxl"},
    "reports": {"aiohttp"},
    "kinds": {"aiohttp", "pandas"},
    "lookup": {"pandas", "openpyxl"},
    "providers": {"pandas", "openpyxl"},
    "stores": {"pandas", "openpyxl", "aiohttp"},
    "pace": {"pandas", "openpyxl", "aiohttp"},
    "model": {"pandas", "openpyxl", "aiohttp"},
}


def imports(path: Path) -> set[str]:
    """Every dotted name that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, "no relative import: a module's place is told by its whole name"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def room_of(path: Path) -> str:
    return path.relative_to(HOME).parts[0].removesuffix(".py")


def rooms_seen(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("enrich.") and name.count(".") >= 1}


PARTS = re.compile(r"\n *│?\n")
"""What parts the sides in the README's picture: a line without a room."""
MODULES = sorted(HOME.rglob("*.py"))


def test_every_room_has_its_place_in_the_picture() -> None:
    sides = [GROUND, CALL_SIDE, SHEET_SIDE, BOTH, DOORS]
    assert set().union(*sides) == {room_of(path) for path in MODULES}
    assert sum(map(len, sides)) == len(set().union(*sides)), "one place"


def test_the_picture_in_the_readme_shows_every_room_on_its_side() -> None:
    readme = (HOME.parent / "README.md").read_text(encoding="utf-8")
    picture = readme.partition("```text\ncli ──")[2].partition("```")[0]
    rooms = re.sub(r"(?<=\S) {4,}\S.*", "", picture)  # what is said of each side stands far to the right
    drawn = [set(re.findall(r"\w+", part)) for part in PARTS.split(rooms)]
    assert [part - DOORS for part in drawn] == [BOTH, SHEET_SIDE, CALL_SIDE, GROUND, set()]
    assert set().union(*drawn) & DOORS == {"commands", "standin"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_no_room_sees_across_the_wall_between_sheets_and_calls(path: Path) -> None:
    room, seen = room_of(path), rooms_seen(path) - {"__version__"}
    if room in SHEET_SIDE:
        assert not seen & CALL_SIDE
    if room in CALL_SIDE:
        assert not seen & SHEET_SIDE
    if room == "model":
        assert not seen
    if room in GROUND:
        assert seen <= GROUND
    if room == "standin":
        assert seen <= GROUND | {"standin"}, "it imitates the service, and shares no code with what it tests"
    if room != "cli" and room not in ("__init__", "__main__"):
        assert not seen & {"cli", "__main__"}, "who is called does not know who calls"
    if room in CALL_SIDE | SHEET_SIDE:
        assert not seen & (BOTH | {"commands"})


def modules_seen(path: Path) -> set[str]:
    """What a module imports, without the packages on the way there."""
    seen = imports(path)
    known = {dotted(module) for module in MODULES}
    return {name for name in seen if not any(other.startswith(f"{name}.") for other in seen & known)}


def dotted(path: Path) -> str:
    """A module's name as it is imported."""
    parts = ("enrich", *path.relative_to(HOME).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def test_no_module_comes_back_to_itself_by_what_it_imports() -> None:
    modules = {dotted(path): path for path in MODULES}
    modules.pop("enrich")  # it opens `enrich.frame` to who asks for it, and all may read its version
    graph = {name: seen & modules.keys() for name, path in modules.items() for seen in [modules_seen(path)]}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_no_room_imports_a_library_that_is_not_its_business(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports(path)}
    assert not libraries & FORBIDDEN.get(room_of(path), set())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_every_room_says_what_it_holds_and_is_one_idea_long(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)) or not text.strip()
    assert text.count("\n") <= 300, "split it: one file, one idea"


KNOWS_A_PREFIX = "providers/virustotal/"
"""The service's own room."""


def texts(path: Path) -> set[str]:
    """Every text in a module's code; docstrings may give examples."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in words)
    return {node.value for node in constants if isinstance(node.value, str)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_no_column_of_a_service_is_named_outside_its_provider(path: Path) -> None:
    if not path.relative_to(HOME).as_posix().startswith(KNOWS_A_PREFIX):
        assert not {text for text in texts(path) if text.startswith("vt_")}


@pytest.mark.parametrize("command", [(), ("run",), ("plan",), ("cache",)])
def test_help_imports_neither_pandas_nor_aiohttp(command: tuple[str, ...]) -> None:
    code = (
        "import sys; from enrich.cli import main; main(sys.argv[1:]);"
        "sys.exit(any(name in sys.modules for name in ('pandas', 'aiohttp', 'openpyxl', 'numpy', 'rich')))"
    )
    done = subprocess.run([sys.executable, "-c", code, *command, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "usage: enrich" in done.stdout


def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """The first words and the hint of every error that a module makes, with their lines; what is filled in is ``{}``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        parts = [keyword.value for keyword in node.keywords if keyword.arg == "hint"]
        parts += node.args[:1] if name in ERRORS else []
        for part in parts:
            if isinstance(part, ast.JoinedStr):
                yield node.lineno, "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in part.values)
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield node.lineno, part.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_errors_and_hints_speak_in_one_voice(path: Path) -> None:
    """They are put together to one line, "what happened; what to do about it": no capital, no full stop."""
    for line, text in spoken(path):
        word = text.partition(" ")[0]
        assert not text.endswith("."), f"line {line}: {text}"
        assert not word[:1].isupper() or word in NAMES or word.isupper(), f"line {line}: {text}"
