"""Joining: a row gets the worst answer of what it holds, says so, and never borrows another row's."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from operator import attrgetter

from hypothesis import given
from hypothesis import strategies as st

from enrich.clock import SystemClock
from enrich.join.cells import Joiner
from enrich.model.column import Column, Type
from enrich.model.finding import Answer, Finding, Status
from enrich.model.indicator import Indicator
from enrich.model.packed_fields import plain_fields
from enrich.model.row import Added
from enrich.model.sighting import Found, Sighting
from enrich.model.verdict import Tone, verdict_of_counts
from enrich.stores import open_store

COLUMNS = (
    Column("vt_status", "Status", "", Type.STATUS),
    Column("vt_detections", "Detections", "", Type.RATIO),
    Column("vt_checked_at", "Checked", "", Type.DATE),
    Column("vt_note", "Note", ""),
)
WHEN = datetime(2026, 11, 1, tzinfo=UTC)
MD5, SHA1, SHA256 = "a" * 32, "b" * 40, "c" * 64


def answer(value: str, malicious: int | None = 0, aliases: tuple[str, ...] = (), detail: str = "") -> Finding:
    fields = {"vt_detections": f"{malicious}/70"}
    names = tuple(Indicator("hash", name) for name in (value, *aliases))
    return Finding(
        names[0],
        "virustotal",
        Status.FOUND,
        fields,
        detail,
        WHEN,
        names,
        malicious,
        70,
        verdict_of_counts(Status.FOUND, malicious),
    )


def ended(value: str, status: Status, detail: str = "") -> Finding:
    return Finding(
        Indicator("hash", value), "virustotal", status, detail=detail, verdict=verdict_of_counts(status, None)
    )


def seen(value: str, file: int = 0, found: Found = Found.INDICATOR, reason: str = "") -> Sighting:
    return Sighting(2, 0, found, "hash", value, reason, file)


def row(findings: list[Finding], *sightings: Sighting, banner: str = "") -> Added | None:
    known = {name: finding for finding in findings for name in (finding.indicator, *finding.aliases)}
    return Joiner(COLUMNS, "vt", known, banner=banner).row(sightings)


def note(added: Added | None) -> str:
    assert added is not None
    return str(added.values[3] or "")


def test_the_fields_of_the_answer_stand_in_the_columns_order() -> None:
    added = row([answer(SHA256, 53)], seen(SHA256))
    assert added == Added(("found", "53/70", int(WHEN.timestamp()), None), Tone.MALICIOUS, Status.FOUND)


def test_a_row_that_holds_only_look_alikes_says_why_each_was_not_asked() -> None:
    added = row([], seen(MD5, found=Found.LEFT_OUT, reason="imphash"), seen(SHA1, found=Found.LEFT_OUT, reason="a key"))
    assert added is not None
    assert (added.status, added.values[0], note(added)) == (Status.SKIPPED, "skipped", "imphash; a key")


def test_a_row_of_many_reasons_gives_the_first_and_counts_the_rest() -> None:
    said = row([], *(seen(MD5, found=Found.LEFT_OUT, reason=f"reason {number}") for number in range(9)))
    assert note(said) == "reason 0; reason 1; reason 2; and 6 more"


def test_what_is_left_out_beside_an_answer_does_not_speak_over_it() -> None:
    added = row([answer(SHA256, 3)], seen(SHA256), seen(MD5, found=Found.LEFT_OUT, reason="imphash"))
    assert added is not None
    assert added.status is Status.FOUND


def test_a_row_with_several_files_gets_the_worst_and_says_so() -> None:
    added = row(
        [answer(MD5, 0), answer(SHA1, 41), ended(SHA256, Status.NOT_FOUND)], seen(MD5), seen(SHA1, 1), seen(SHA256, 2)
    )
    assert added is not None
    assert added.values[1] == "41/70"
    assert "worst of 3 files" in note(added)
    assert "not_found" in note(added)


def test_hashes_that_the_answers_tell_to_be_of_one_file_are_counted_once_among_the_files_of_a_row() -> None:
    findings = [answer("bad", 41), answer(SHA1, 0, (MD5,)), answer(MD5, 0, (SHA1,)), answer(SHA256, 3)]
    added = row(findings, *(seen(name, number) for number, name in enumerate(["bad", SHA1, MD5, SHA256])))
    assert note(added) == "the worst of 3 files in this row, bad; also 0/70, 3/70"


def test_the_worst_file_of_a_row_is_named_by_the_hash_that_the_row_has_whatever_it_was_asked_as() -> None:
    added = row([answer(SHA256, 41, (MD5,)), answer(SHA1, 3)], seen(SHA1, 1), seen(MD5, 2))
    assert note(added) == f"the worst of 2 files in this row, {MD5}; also 3/70"


def test_an_open_lookup_never_hides_behind_a_clean_answer() -> None:
    added = row([answer(MD5, 0), ended(SHA1, Status.FAILED, "HTTP 503")], seen(MD5), seen(SHA1, 1))
    assert added is not None
    assert added.values[0] == "failed"
    assert "HTTP 503" in note(added)


def test_an_open_weaker_hash_does_not_matter_where_the_file_is_answered() -> None:
    added = row([answer(SHA256, 3), ended(MD5, Status.PENDING)], seen(MD5), seen(SHA256))
    assert added is not None
    assert added.values[0] == "found"


def test_an_open_hash_of_another_file_than_the_row_says_does_matter() -> None:
    added = row([answer(SHA256, 0), ended(MD5, Status.PENDING, "quota")], seen(SHA256), seen(MD5))
    assert added is not None
    assert added.status is Status.PENDING
    assert "different files" in note(added)


def test_what_is_left_out_in_one_row_is_asked_in_another() -> None:
    joiner = Joiner(COLUMNS, "vt", {Indicator("hash", MD5): answer(MD5, 3)})
    left_out = joiner.row([seen(MD5, found=Found.LEFT_OUT, reason="a machine's key")])
    assert left_out is not None
    assert left_out.status is Status.SKIPPED
    assert (added := joiner.row([seen(MD5)])) is not None
    assert added.status is Status.FOUND


def test_of_two_hashes_that_say_the_same_the_one_that_was_asked_speaks() -> None:
    said = row(
        [ended(MD5, Status.NOT_FOUND, f"asked as {SHA256}"), ended(SHA256, Status.NOT_FOUND)], seen(MD5), seen(SHA256)
    )
    assert note(said) == ""


def test_unknown_is_worse_than_clean_and_never_green() -> None:
    added = row([answer(MD5, 0), ended(SHA1, Status.NOT_FOUND)], seen(MD5), seen(SHA1, 1))
    assert added is not None
    assert (added.values[0], added.tone) == ("not_found", Tone.UNKNOWN)


def test_hashes_of_one_row_that_belong_to_different_files_are_said() -> None:
    other = "d" * 32
    added = row([answer(SHA256, 3, (other,)), answer(MD5, 0)], seen(MD5), seen(SHA256))
    assert "different files" in note(added)


def test_a_damaged_hash_is_invalid_alone_and_a_note_beside_a_whole_one() -> None:
    broken = seen("c" * 63, found=Found.DAMAGED, reason="63 characters, a SHA-256 has 64")
    alone = row([], broken)
    assert alone is not None
    assert alone.values[0] == "invalid"
    assert "63 characters" in note(alone)
    beside = row([answer(MD5, 7)], seen(MD5), broken)
    assert beside is not None
    assert beside.values[0] == "found"
    assert "63 characters" in note(beside)


def test_trivial_values_are_trivial_without_any_answer() -> None:
    added = row([], seen(MD5, found=Found.TRIVIAL, reason="the empty file"))
    assert added is not None
    assert added.values[0] == "trivial"
    assert note(added) == "the empty file"


def test_an_indicator_that_nobody_answered_is_pending() -> None:
    added = row([], seen(MD5))
    assert added is not None
    assert added.values[0] == "pending"


def test_the_stand_ins_word_says_so_in_every_row() -> None:
    added = row([answer(MD5)], seen(MD5), banner="stand-in answer")
    assert note(added).startswith("stand-in answer")


statuses = st.sampled_from([Status.NOT_FOUND, Status.FAILED, Status.PENDING, Status.TRIVIAL, Status.SKIPPED])
findings = st.one_of(
    st.builds(ended, st.just(MD5), statuses), st.builds(answer, st.just(MD5), st.one_of(st.none(), st.integers(0, 70)))
)


@given(st.lists(findings, min_size=1, max_size=6))
def test_no_row_shows_better_news_than_its_worst_indicator(given_findings: list[Finding]) -> None:
    values = [f"{place:032x}" for place in range(len(given_findings))]
    known = {
        Indicator("hash", value): Finding(
            Indicator("hash", value),
            "virustotal",
            f.status,
            f.fields,
            f.detail,
            f.fetched_at,
            (),
            f.malicious,
            f.engines,
            f.verdict,
        )
        for value, f in zip(values, given_findings, strict=True)
    }
    added = Joiner(COLUMNS, "vt", known).row([seen(value, place) for place, value in enumerate(values)])
    assert added is not None
    worst = max(known.values(), key=attrgetter("badness"))
    assert added.status is worst.status
    assert added.values[1] == worst.fields.get("vt_detections")


def test_a_name_of_two_files_is_no_hash_of_the_row_s_one_file() -> None:
    strong, collided = answer(SHA256, 0, (MD5,)), answer(MD5, 41, (SHA1,))
    known = {strong.indicator: strong, collided.indicator: collided}
    joiner = Joiner(COLUMNS, "vt", known)
    for names in ((SHA256, MD5), (MD5, SHA256)):
        (added,) = joiner.rows([tuple(Indicator("hash", name) for name in names)])
        assert added is not None
        assert added.values[1] == "41/70"


def test_packed_and_plain_fields_say_the_same() -> None:
    given_finding = answer(MD5, 7)
    with closing(open_store("memory:", SystemClock())) as store:
        store.put_many([Answer(given_finding)])
        stored = store.get_many("virustotal", [Indicator("hash", MD5)])[Indicator("hash", MD5)]
    assert stored.fields == given_finding.fields
    assert given_finding.fields == stored.fields
    assert plain_fields(stored.fields) == dict(stored.fields.items()) == plain_fields(given_finding.fields)
    assert stored.fields["vt_detections"] == "7/70"
    assert "vt_none" not in stored.fields
    assert stored.fields.get("vt_none") is None
