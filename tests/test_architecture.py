"""The architecture, read from the imports themselves: which room may import which, on which floor."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from enrich import errors

PACKAGE = Path(__file__).resolve().parents[1] / "enrich"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOT = {"__init__", "__main__", "version", "errors", "exit_codes", "clock", "extras", "registry", "signals", "visible"}
"""The modules at the root: at most eight beside the package's own face."""
GROUND = {"model", "config", "locale", "files", "logs"}
SHEET_SIDE = {"indicators", "formats", "scan", "exclusions", "join", "reports"}
"""Knows no service."""
CALL_SIDE = {"providers", "stores", "lookup"}
"""Knows no sheet."""
ABOVE = {"pipeline", "cli"}
APART = {"standin"}
"""Imitates the service, and shares no code with what it is there to test."""
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
PROPER_NAMES = {"Babel", "Excel", "VirusTotal", "PostgreSQL", "Parquet", "Dask", "Windows", "SQLite"}
"""Words that begin with a capital wherever they stand."""
NOT_ITS_BUSINESS = {
    "formats": {"aiohttp"},
    "scan": {"aiohttp", "openpyxl"},
    "join": {"aiohttp", "openpyxl"},
    "reports": {"aiohttp"},
    "indicators": {"aiohttp", "pandas", "openpyxl"},
    "lookup": {"pandas", "openpyxl"},
    "providers": {"pandas", "openpyxl"},
    "stores": {"pandas", "openpyxl", "aiohttp"},
    "model": {"pandas", "openpyxl", "aiohttp"},
}


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All of a module's syntax tree."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imports(path: Path) -> frozenset[str]:
    """Every dotted name that a module imports, what it needs for types alone included."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, f"{path}: no relative import: a module's place is told by its whole name"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def rooms_seen(path: Path) -> set[str]:
    """The rooms that a module imports; what stands at the root is known to all."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("enrich.")} - ROOT


def dotted(path: Path) -> str:
    """A module's name as it is imported."""
    parts = ("enrich", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def texts(path: Path) -> set[str]:
    """Every text in a module's code; docstrings may give examples."""
    docstrings = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    constants = (node for node in nodes(path) if isinstance(node, ast.Constant) and id(node) not in docstrings)
    return {node.value for node in constants if isinstance(node.value, str)}


def test_every_room_stands_on_a_floor_and_the_root_holds_no_further_module() -> None:
    rooms = {room_of(path) for path in MODULES}
    assert rooms - ROOT == GROUND | SHEET_SIDE | CALL_SIDE | ABOVE | APART
    assert {path.stem for path in PACKAGE.glob("*.py")} <= ROOT


def allowed(room: str) -> set[str]:
    """The rooms that a room may import."""
    if room in GROUND:
        return GROUND
    if room in SHEET_SIDE:
        return GROUND | SHEET_SIDE
    if room in CALL_SIDE:
        return GROUND | CALL_SIDE
    if room in APART:
        return GROUND | APART
    return (
        GROUND | SHEET_SIDE | CALL_SIDE | ABOVE | APART if room == "cli" else GROUND | SHEET_SIDE | CALL_SIDE | {room}
    )


def test_no_room_imports_one_of_a_floor_above_or_of_the_other_side() -> None:
    upward = {
        dotted(path): beyond
        for path in MODULES
        if room_of(path) not in ROOT
        if (beyond := rooms_seen(path) - allowed(room_of(path)))
    }
    assert upward == {}


def test_model_imports_no_other_room() -> None:
    assert {path: rooms_seen(path) - {"model"} for path in MODULES if room_of(path) == "model"}
    assert not any(rooms_seen(path) - {"model"} for path in MODULES if room_of(path) == "model")


def modules_seen(path: Path, known: set[str]) -> set[str]:
    """The modules of ours that one imports, without the packages on the way there."""
    seen = imports(path) & known
    return {name for name in seen if not any(other.startswith(f"{name}.") for other in seen)}


def test_no_module_comes_back_to_itself_by_what_it_imports() -> None:
    modules = {dotted(path): path for path in MODULES}
    modules.pop("enrich")  # it opens `enrich.pipeline.dataframe` to who asks for it
    graph = {name: modules_seen(path, set(modules)) for name, path in modules.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_no_room_imports_a_library_that_is_not_its_business() -> None:
    strange = {
        dotted(path): found
        for path in MODULES
        if (found := {name.split(".")[0] for name in imports(path)} & NOT_ITS_BUSINESS.get(room_of(path), set()))
    }
    assert strange == {}


def test_every_module_says_what_it_holds_and_is_at_most_300_lines_long() -> None:
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert ast.get_docstring(nodes(path)[0]), f"{path} says nothing of what it holds"
        assert text.count("\n") <= 300, f"split {path}: one file, one idea"


def test_no_test_imports_another_test_or_what_a_module_keeps_to_itself() -> None:
    """What several tests need stands in ``tests/support``, or beside them where they are of one room."""
    statement, seen = re.compile(r"^ *from ([\w.]+) import (\([^)]*\)|.*)", re.MULTILINE), 0
    for path in sorted((PACKAGE.parent / "tests").rglob("*.py")):
        for module, names in statement.findall(path.read_text(encoding="utf-8")):
            seen += 1
            own = re.findall(r"\b_[a-z]\w*", re.sub(r"#.*| as \w+", "", names))
            assert not own, f"{path} imports {', '.join(own)} of {module}"
            test = re.search(r"\btest_\w+", f"{module} {names}") if module.startswith("tests") else None
            assert not test, f"{path} imports {test and test[0]}"
    assert seen > 1000


def test_no_column_of_a_service_is_named_outside_its_provider() -> None:
    outside = [path for path in MODULES if "providers/virustotal" not in path.as_posix()]
    assert {dotted(path) for path in outside if any(text.startswith("vt_") for text in texts(path))} == set()


HEAVY = "sys.exit(any(name in sys.modules for name in ('pandas', 'aiohttp', 'openpyxl', 'numpy', 'rich')))"


@pytest.mark.parametrize("command", [(), ("run",), ("plan",), ("cache",)])
@pytest.mark.slow
def test_help_imports_neither_pandas_nor_aiohttp(command: tuple[str, ...]) -> None:
    code = f"import sys; from enrich.cli.main import main; main(sys.argv[1:]);{HEAVY}"
    done = subprocess.run([sys.executable, "-c", code, *command, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "usage: enrich" in done.stdout


@pytest.mark.slow
def test_run_of_a_csv_that_asks_nothing_imports_no_large_package(tmp_path: Path) -> None:
    source, target, store = tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "store.db"
    source.write_text(f"Name,SHA256\na,{'5e' * 32}\n", encoding="utf-8")
    code = f"import sys; from enrich.cli.main import main; main(sys.argv[1:]);{HEAVY}"
    command = ["run", os.fspath(source), "-o", os.fspath(target), "--offline", "--store", f"sqlite:///{store}"]
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "pending" in target.read_text(encoding="utf-8")


def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """The first words and the hint of every error that a module makes, with their lines; what is filled in is ``{}``."""
    for node in nodes(path):
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


def test_errors_and_hints_speak_in_one_voice() -> None:
    """They are put together to one line, "what happened; what to do about it": no capital, no full stop."""
    for path in MODULES:
        for line, text in spoken(path):
            word = text.partition(" ")[0]
            assert not text.endswith("."), f"{path}:{line}: {text}"
            assert not word[:1].isupper() or word in PROPER_NAMES or word.isupper(), f"{path}:{line}: {text}"
