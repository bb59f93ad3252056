"""What a reader of each form reads."""

from __future__ import annotations

import json
import re

from lxml import html as lxml_html
from markdown_it import MarkdownIt

from enrich.reports import html, markdown, pdf


def text_of(form, data: bytes, poppler, tmp_path) -> str:
    """What a reader of the form reads, without white space."""
    if form is pdf:
        file = tmp_path / "report.pdf"
        file.write_bytes(data)
        return re.sub(r"\s", "", poppler("pdftotext", file, "-"))
    if form is html:
        page = lxml_html.document_fromstring(data.decode())
        return re.sub(r"\s", "", page.find("body").text_content())
    if form is markdown:
        return re.sub(r"\s", "", lxml_html.document_fromstring(read_markdown(data.decode())).text_content())
    return re.sub(r"\s", "", json.dumps(json.loads(data), ensure_ascii=False))


def read_markdown(text: str) -> str:
    """Markdown as a lenient reader renders it: with tables, raw HTML let through and bare links made."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
