"""Hashes below each other are one file's only where nothing else can be meant."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pytest

from enrich.model.row import Row
from enrich.scan import scan_sheet, targets

NAMES = ("MD5", "SHA1", "SHA256")


def digests(seed: object) -> list[str]:
    return [hashlib.new(name, str(seed).encode(), usedforsecurity=False).hexdigest() for name in NAMES]


def lines(seed: object, form: str = "{}: {}") -> list[str]:
    return [form.format(name, value) for name, value in zip(NAMES, digests(seed), strict=True)]


def asked(rows: Iterable[Iterable[str]]) -> list[tuple[str, int]]:
    """Each target's hash, and by how many others its file is known."""
    placement = scan_sheet("", [Row(number, tuple(texts)) for number, texts in enumerate(rows, 1) if any(texts)])
    return [(target.ask.value, len(target.others)) for target in targets([placement])]


@pytest.mark.parametrize("form", ["{}: {}", "- {} hash: {}", "{}={}", "\t{}:\t{}", "**{}**: `{}`", "File {} = {}"])
def test_named_hashes_of_a_block_are_one_file_s(form: str) -> None:
    text = ["a.exe", *lines(1, form), "Size: 5", "", "b.exe", *lines(2, form)]
    assert asked([line] for line in text) == [(digests(1)[2], 2), (digests(2)[2], 2)]


def test_blocks_without_a_line_between_them_are_told_apart_by_their_order() -> None:
    text = [*lines(1), *lines(2)]
    assert asked([line] for line in text) == [(digests(1)[2], 2), (digests(2)[2], 2)]


def test_records_laid_out_sideways_are_a_file_each() -> None:
    columns = zip(*map(digests, (1, 2, 3)), strict=True)
    rows = [
        ["Name", "a.exe", "b.exe", "c.exe"],
        *([name, *values] for name, values in zip(NAMES, columns, strict=True)),
    ]
    assert asked(rows) == [(digests(seed)[2], 2) for seed in (1, 2, 3)]


@pytest.mark.parametrize(
    "text",
    [
        lines(1)[:2],
        [*lines(1), lines(2)[0]],
        [lines(1)[0], "", *lines(1)[1:]],
        [lines(1)[0], lines(1)[1] + " (the dropper)", lines(1)[2]],
        [*digests(1)],
        ["MD5: " + digests(1)[0], "MD5: " + digests(2)[0], "SHA256: " + digests(3)[2]],
        ["Parent MD5: " + digests(1)[0], *lines(2)[1:]],
    ],
)
def test_anything_less_is_left_apart(text: list[str]) -> None:
    assert not any(others for _, others in asked([line] for line in text))


def test_a_block_of_what_is_not_asked_about_is_no_file() -> None:
    assert asked([line] for line in lines("")) == []  # the empty file
    assert asked([line] for line in ["Certificates:", *digests(1)]) == []
