"""Small files of every kind, and what is read from them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from enrich.formats import Document, ReadOptions, open_document

MD5 = "d41d8cd98f00b204e9800998ecf8427e"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def opened(folder: Path, name: str, content: bytes, options: ReadOptions | None = None) -> Document:
    path = folder / name
    path.write_bytes(content)
    return open_document(path, options)


def cells(document: Document) -> list[list[str]]:
    return [list(row.texts) for sheet in document.sheets for row in document.rows(sheet)]


def package(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return target.getvalue()


def ods(rows: str, *, manifest: str = "<manifest/>", head: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", manifest)
        file.writestr(
            "content.xml",
            f'{head}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
            'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="One">{rows}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    return target.getvalue()


def row(text: str, repeat: int = 1, *, kind: str = 'office:value-type="string"') -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{repeat}"><table:table-cell {kind}>'
        f"<text:p>{text}</text:p></table:table-cell></table:table-row>"
    )
