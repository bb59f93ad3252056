"""The exact set that is tested names all that the package asks for: a dependency that is added is locked with it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

TOP = Path(__file__).parents[2]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def normal(requirement: str) -> str:
    """A project's name as indexes compare it."""
    name = _NAME.match(requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def test_every_dependency_stands_in_the_lock_with_its_hashes() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)}
    locked = (TOP / "requirements.lock").read_text(encoding="utf-8")
    pinned = {normal(line): line for line in re.findall(r"^\S+==[^\n]+", locked, re.MULTILINE)}
    assert {normal(one) for one in wanted} - pinned.keys() == set()
    assert locked.count("--hash=sha256:") >= len(pinned)


def test_the_lock_names_no_place_that_packages_came_from() -> None:
    assert not re.search(r"https?://|--index-url|--find-links", (TOP / "requirements.lock").read_text(encoding="utf-8"))


def test_check_also_asks_for_known_weaknesses_and_licences() -> None:
    makefile = (TOP / "Makefile").read_text(encoding="utf-8")
    rules = dict(re.findall(r"^(\w+): (.*)$", makefile, re.MULTILINE))
    assert {"licences", "audit"} <= set(rules["check"].partition("#")[0].split())
    assert "pip-audit --requirement requirements.lock" in makefile
    assert "pip-licenses" in makefile
