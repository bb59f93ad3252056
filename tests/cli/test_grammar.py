"""One of a thing is told in the singular, in everything that a run says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import openpyxl
import pytest

from enrich.cli.main import main
from enrich.standin.synthetic import hashes
from tests.support.standin_server import Stand

PLURAL = re.compile(
    r"(?<![\d.,/:\-])1 (?:of 1 )?(?:\w+ )?(?:files|rows|cells|hashes|calls|lookups|answers|values|days|engines|inputs|"
    r"lines|columns|sheets|looks|are|have|were)\b"
)
SINGULAR = re.compile(
    r"\b(?:[02-9]|\d[\d,]*\d) (?:file|row|cell|hash|call|lookup|answer|value|day|engine|line)\b(?! with)"
)


@pytest.mark.parametrize("damaged", [False, True])
def test_one_of_each_is_told_in_the_singular(
    stand: Stand, tmp_path: Path, damaged: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "one.csv"
    values = [hashes(1)[2], *([hashes(2)[2][:-1]] if damaged else [])]
    table.write_text("\n".join(["SHA256", *values]) + "\n")
    outputs = [tmp_path / f"out.{suffix}" for suffix in ("xlsx", "md", "html", "pdf")]
    assert stand.enrich("plan", table) == 0
    assert stand.enrich("run", table, *(part for out in outputs for part in ("-o", out))) == 0
    assert main(["cache", "info", "--store", f"sqlite:///{stand.store}"]) == 0
    stand.enrich("doctor")
    stand.enrich("quota")
    told = capsys.readouterr()
    texts = {"stdout": told.out, "stderr": told.err, "markdown": outputs[1].read_text(encoding="utf-8")}
    sheet = openpyxl.load_workbook(outputs[0])["Summary"]
    texts["summary"] = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    texts["pdf"] = subprocess.run(
        ["pdftotext", "-layout", str(outputs[3]), "-"], capture_output=True, text=True, check=True
    ).stdout
    texts["html"] = re.sub(
        r"<script.*?</script>|<style.*?</style>|<[^>]+>", " ", outputs[2].read_text("utf-8"), flags=re.DOTALL
    )
    assert all(texts.values())
    wrong = {name: [m[0] for m in (*PLURAL.finditer(text), *SINGULAR.finditer(text))] for name, text in texts.items()}
    assert {name: found for name, found in wrong.items() if found} == {}
