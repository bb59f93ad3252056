"""The real workbooks beside the checkout: which there are, and what each is held to when it is handed back."""

from __future__ import annotations

import re
import subprocess
import warnings
import zipfile

import openpyxl

from enrich.errors import EnrichError
from enrich.model.page import Page

REFUSED = 3
"""A lock file, a workbook with a wrong checksum, one with a password."""

LARGE = 25_000
"""Bytes; LibreOffice and openpyxl take seconds for each larger one."""
SLOW = 60_000
"""Bytes; our own reader takes most of its time for the thirty larger ones."""


def workbooks(shared):
    return sorted(
        p for folder in ("workbooks", "iocs") for p in (shared / folder).iterdir() if p.suffix in (".xlsx", ".xlsm")
    )


def packed(path):
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for member in archive.infolist():
            file.seek(member.header_offset + 26)
            skipped = sum(int.from_bytes(file.read(2), "little") for _ in range(2))
            file.seek(skipped, 1)
            yield member.filename, file.read(member.compress_size)


def enriched(kit, path):
    """The file given back with cells in every row of every sheet, the first pages, and what was read before."""
    document = kit.open(path)
    additions, texts = {}, {}
    for sheet in document.sheets:
        rows = texts[sheet] = {r.number: list(r.texts) for r in document.rows(sheet)}
        if rows:
            header = document.header_row(sheet) or min(rows)
            additions[sheet] = kit.addition([n for n in rows if n > header], header=header)
    document.close()
    return *kit.give(path, additions, [Page("VirusTotal", kit.columns, [kit.full], ("Intro",))]), texts


def volatile(path):
    """Whether opening the workbook twice shows different values: it holds a clock or a die."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if "sheet" in n.lower() and n.endswith(".xml")]
        return any(word in archive.open(n).read() for n in sheets for word in (b"RAND", b"NOW(", b"TODAY("))


def may_change(name):
    lowered = name.lower().replace("\\", "/")
    return any(
        part in lowered for part in ("/sheet", "styles", "sharedstrings", "workbook", "[content_types]", "/table")
    )


def of_every_kind(paths):
    """The smallest workbooks that together hold each kind of member that is in any."""
    known = set()
    for path in sorted(paths, key=lambda path: path.stat().st_size):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                kinds = {re.sub(r"\d+", "", name.lower()) for name in archive.namelist()}
            if kinds - known:
                known |= kinds
                yield path


def come_back(kit, paths):
    """Every member that is not ours to change is there to the byte, every text in its place; three are refused."""
    refused = []
    for path in paths:
        try:
            given, _, texts = enriched(kit, path)
        except EnrichError as error:
            refused.append((path.name, str(error)))
            continue
        before, after = dict(packed(path)), dict(packed(given))
        assert list(after)[: len(before)] == list(before), path
        changed = [n for n in before if after[n] != before[n]]
        assert all(may_change(n) for n in changed), (path, changed)
        again = kit.open(given)
        assert list(again.sheets) == list(texts), path
        for sheet, rows in texts.items():
            for row in again.rows(sheet):
                old = rows.get(row.number, [])
                assert list(row.texts[: len(old)]) == old, (path, sheet, row.number)
        again.close()
        if path.stat().st_size > LARGE:
            given.unlink()
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                openpyxl.load_workbook(path)
            except (ValueError, KeyError, TypeError, AttributeError, OSError):
                continue  # what it could not read before it need not read now
            openpyxl.load_workbook(given)
        given.unlink()
    assert len(refused) == REFUSED, refused


def shown_the_same(kit, paths, soffice, tmp_path):
    """A second reader's word: every value that it saw before it still sees in its place."""
    pairs, folder = [], tmp_path / "books"
    folder.mkdir()
    for path in paths:
        try:
            given, _, _ = enriched(kit, path)
        except EnrichError:
            continue
        for name, source in (("before", path), ("after", given)):
            (folder / f"{name}-{len(pairs)}{path.suffix}").write_bytes(source.read_bytes())
        pairs.append(path)
    out = tmp_path / "out"
    convert(soffice, folder, out)
    for number, path in enumerate(pairs):
        was, now = (out / f"{name}-{number}.xlsx" for name in ("before", "after"))
        assert was.exists() == now.exists(), path
        if was.exists():
            compare(kit, was, now, path)
    assert len(list(out.glob("before-*"))) > len(pairs) * 0.9


def convert(soffice, folder, out):
    """All files of a folder in one start; what is missing when the program fell over is tried again."""
    for _ in range(3):
        done = {p.stem for p in out.iterdir()} if out.is_dir() else set()
        files = [str(p) for p in sorted(folder.iterdir()) if p.stem not in done]
        if files:
            profile = f"-env:UserInstallation=file://{folder.parent}/profile"
            command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), *files]
            subprocess.run(command, check=False, capture_output=True, timeout=300)


def compare(kit, was, now, path):
    before, after = kit.open(was), kit.open(now)
    for sheet in before.sheets:
        rows = {r.number: list(r.texts) for r in after.rows(sheet)}
        for row in before.rows(sheet):
            old = list(row.texts)
            assert rows.get(row.number, [])[: len(old)] == old, (path, sheet, row.number)
    before.close()
    after.close()
