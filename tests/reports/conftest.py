"""What report tests share: rendering to bytes, a headless Chromium, and poppler where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest

from enrich.model.result import Result
from enrich.reports import ReportOptions, html
from tests.support import made_results
from tests.support.report_page import Open


@pytest.fixture
def rendered() -> Callable[..., bytes]:
    def render(form: ModuleType, result: Result, options: ReportOptions | None = None) -> bytes:
        target = BytesIO()
        form.render(result, target, replace(options or ReportOptions(), pages=made_results.SITE))
        return target.getvalue()

    return render


@pytest.fixture(scope="session")
def poppler() -> Callable[..., str]:
    """Run one of poppler's tools on a PDF and return what it prints."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed")

    def run(tool: str, *arguments: str | Path) -> str:
        done = subprocess.run([tool, *map(str, arguments)], check=True, capture_output=True)
        return done.stdout.decode("utf-8", "replace")

    return run


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A headless browser of the machine's own. Its driver runs an event loop: kept to the module that needs it."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def incident_page(chromium, tmp_path_factory) -> Iterator[Open]:
    """The page of the incident, for tests that look at it and leave it as it was: to open one takes a second."""
    file = tmp_path_factory.mktemp("page") / "incident.html"
    with file.open("wb") as target:
        html.render(made_results.incident(), target, ReportOptions())
    page = Open(chromium, file, viewport={"width": 1280, "height": 720})
    yield page
    page.context.close()


@pytest.fixture
def opened(chromium, rendered, tmp_path):
    """Render a result and open its page."""
    pages: list[Open] = []

    def open_(result, options=None, **context) -> Open:
        file = tmp_path / f"{len(pages)}.html"
        file.write_bytes(rendered(html, result, options))
        pages.append(Open(chromium, file, **context))
        return pages[-1]

    yield open_
    for page in pages:
        page.context.close()
