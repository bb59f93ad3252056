"""The HTML report as a page that is open in a browser."""

from __future__ import annotations

import re
import time
from pathlib import Path

from tests.support import made_results


class Open:
    """A page opened from disk, with what it said and asked for."""

    def __init__(self, browser, file: Path, **context) -> None:
        from playwright.sync_api import expect  # noqa: PLC0415 - where it is missing, these tests are skipped

        self.expect = expect
        self.context = browser.new_context(**context)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(file.as_uri())

    def rows(self) -> int:
        """Rows that the list says it holds."""
        return int(re.sub(r"\D", "", self.page.inner_text(".dt-info").split("of")[1].split("(")[0]))

    def wait_for_info(self, said: str) -> None:
        """Wait until the list says so below itself."""
        self.expect(self.page.locator(".dt-info")).to_contain_text(said)

    def wait_for_copied(self) -> None:
        """Wait until the page says that the clipboard has it. Not by an expression: the page's policy forbids eval."""
        self.expect(self.page.locator("#said")).to_have_text("Copied")

    def clipboard(self) -> str:
        return self.page.evaluate("navigator.clipboard.readText()")


def are_usable(opened, count):
    page = opened(made_results.many(count))
    assert page.rows() == count
    assert page.page.locator("#indicators tbody tr").count() == 25
    started = time.perf_counter()
    page.page.fill("#search", f"{count - 1}-")
    page.expect(page.page.locator("#indicators td.name").first).to_contain_text(f"{count - 1}-")
    assert time.perf_counter() - started < 5
