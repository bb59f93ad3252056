"""The file of answers that parts read from: what was written comes back, and reading costs what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from enrich.config.settings import Settings
from enrich.lookup.resolve import SourceAnswers
from enrich.model.finding import Finding, Status
from enrich.model.indicator import Indicator
from enrich.pipeline.parts import answer_file
from enrich.pipeline.parts.answer_file import AnswerFile, read_answers, read_changed, read_changes
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
    file.seal()
    file.finish(dict.fromkeys(NAMES, "first lookup"))
    return path


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every record that is looked at."""
    looked_at: list[bytes] = []
    decode = answer_file.DECODE
    monkeypatch.setattr(answer_file, "DECODE", lambda data: looked_at.append(data) or decode(data))
    return looked_at


def read(path: Path, parts: Sequence[Sequence[Indicator]]) -> int:
    """Read what each part asks for; how many answers there were."""
    told = [read_answers(path, ["virustotal"], names)["virustotal"] for names in parts]
    assert [set(said) for said in told] == [set(names) for names in parts]
    assert [set(read_changes(path, names)) for names in parts] == [set(names) for names in parts]
    return sum(map(len, told))


@pytest.mark.parametrize("parts", [1, 10, 40])
def test_a_name_costs_the_same_however_many_others_and_parts_there_are(
    answers: Path, parts: int, decoded: list[bytes]
) -> None:
    assert read(answers, [NAMES[part::parts] for part in range(parts)]) == len(NAMES)
    assert len(decoded) == 2 * len(NAMES), "its answer and its change, and nothing besides"


@pytest.mark.parametrize("size", [1, 7, 1999, 2000])
@pytest.mark.slow
def test_every_name_is_found_wherever_its_piece_of_the_index_ends(
    answers: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_file, "NAMES_AT_ONCE", size)
    assert read(answers, [NAMES, NAMES[::100], NAMES[:1], []]) == len(NAMES) + 20 + 1
    assert read_changed(answers) == {bytes.fromhex(name.value) for name in NAMES}


@pytest.mark.parametrize("size", [2, 1000])
def test_hashes_that_begin_alike_have_each_its_own_answer(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_file, "NAMES_AT_ONCE", size)
    (source,) = sources_of(Settings(store="memory:", offline=True))
    alike = [Indicator("hash", "ab" * 8 + f"{number:048x}") for number in range(5)]
    file = AnswerFile(tmp_path / "answers")
    for name in alike[:4]:
        finding = Finding(name, "virustotal", Status.FOUND, {"vt_malicious": int(name.value[-1])}, "", AT)
        file.add([SourceAnswers(source, {name: finding}, source.facts)])
    file.seal()
    file.finish({alike[1]: "first lookup"})
    said = read_answers(tmp_path / "answers", ["virustotal"], alike)["virustotal"]
    assert {name: finding.fields["vt_malicious"] for name, finding in said.items()} == dict(
        zip(alike[:4], range(4), strict=True)
    )
    assert read_changes(tmp_path / "answers", alike) == {alike[1]: "first lookup"}
    assert read_changed(tmp_path / "answers") == {bytes.fromhex(alike[1].value)}


def test_the_digest_is_of_what_is_said_and_not_of_the_order(tmp_path: Path) -> None:
    (source,) = sources_of(Settings(store="memory:", offline=True))
    digests = []
    for malicious, names in ((1, NAMES[:9]), (1, NAMES[8::-1]), (2, NAMES[:9])):
        file = AnswerFile(tmp_path / "answers")
        for name in names:
            finding = Finding(name, "virustotal", Status.FOUND, {"vt_malicious": malicious}, "", AT)
            file.add([SourceAnswers(source, {name: finding}, source.facts)])
        file.seal()
        digests += [file.finish({})]
    assert digests[0] == digests[1] != digests[2]
