"""The file of answers that parts read from: what was written comes back, and reading costs what is asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from enrich.config.settings import Settings
from enrich.lookup.resolve import SourceAnswers
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.pipeline.parts.answer_file import AnswerFile, read_answers, read_changes
from enrich.pipeline.sources import sources_of
from tests.support.standin_server import sha256

NAMES = [Indicator("hash", sha256(number)) for number in range(2000)]
AT = datetime(2026, 11, 29, tzinfo=UTC)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an answer, and a change, for each name."""
    (source,) = sources_of(Settings(store="memory:", offline=True))
    findings = {name: Finding(name, "virustotal", Status.FOUND, {"vt_malicious": 1}, "", AT) for name in NAMES}
    one = SourceAnswers(source, findings, source.facts)
    path = tmp_path_factory.mktemp("answers") / "answers"
    file = AnswerFile(path)
    file.add([one])
    file.finish(dict.fromkeys(NAMES, "first lookup"))
    return path


@contextmanager
def counted_steps(patch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many steps SQLite takes, by the hundred."""
    steps = [0]
    connect = sqlite3.connect

    def count() -> int:
        steps[0] += 1
        return 0

    def counting(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_progress_handler(count, 100)
        return connection

    with patch.context() as within:
        within.setattr(sqlite3, "connect", counting)
        yield steps


def read(path: Path, parts: Sequence[Sequence[Indicator]]) -> int:
    """Read what each part asks for; how many answers there were."""
    told = [read_answers(path, ["virustotal"], names)["virustotal"] for names in parts]
    assert [set(said) for said in told] == [set(names) for names in parts]
    assert [set(read_changes(path, names)) for names in parts] == [set(names) for names in parts]
    return sum(map(len, told))


@pytest.mark.parametrize("parts", [1, 10, 40])
def test_a_name_costs_the_same_however_many_others_and_parts_there_are(
    answers: Path, parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with counted_steps(monkeypatch) as steps:
        assert read(answers, [NAMES[part::parts] for part in range(parts)]) == len(NAMES)
    assert 0 < steps[0] < len(NAMES) / 2, "some twenty steps a name; a walk over the file would take thousands"
