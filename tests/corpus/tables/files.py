# SPDX-License-Identifier: Apache-2.0
"""Bad and odd files of tables, made afresh: what offices send, and what attackers send."""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

from nguon.vn.legacy import Charset, encode

HEADINGS = ("mã hộ", "tên", "ngày", "khối lượng")
ROWS = (("ho-01", "Hộ ông Đỗ Văn Lạc", "05/06/2025", "1,25 tấn"), ("ho-02", "Bà Thuý", "x", "2"))
_SHEET = "xl/worksheets/sheet1.xml"
_HEAD = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
    'spreadsheetml/2006/main"><sheetData>'
)
_TAIL = "</sheetData></worksheet>"


def workbook(rows: Sequence[Sequence[Any]], **options: Any) -> bytes:
    """An XLSX file; ``merged``: ranges (first row, first column, last row, last column, text)."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet(options.get("name", "Bảng"))
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(r, c, value, day)
            else:
                sheet.write(r, c, value)
    for merged in options.get("merged", ()):
        sheet.merge_range(*merged)
    if "hidden" in options:
        secret = book.add_worksheet("Ẩn")
        secret.write_row(0, 0, options["hidden"])
        secret.hide()
    book.close()
    return target.getvalue()


def patched(replaced: dict[str, bytes], base: bytes | None = None) -> bytes:
    """A workbook with some of its parts replaced or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base or workbook([HEADINGS, *ROWS]))) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        parts = {name: source.read(name) for name in source.namelist()} | replaced
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def bomb(size: int) -> bytes:
    """A workbook of so many octets of nothing."""
    return patched({_SHEET: _HEAD.encode() + b" " * size + _TAIL.encode()})


def other() -> bytes:
    """An archive of no table."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return target.getvalue()


def lying(size: int) -> bytes:
    """A bomb whose archive says that it is small."""
    data = bytearray(bomb(size))
    told = struct.pack("<I", size + len(_HEAD) + len(_TAIL))
    for _ in range(data.count(told)):
        at = data.find(told)
        data[at : at + 4] = struct.pack("<I", 100)
    return bytes(data)


def sheet(cells: str) -> bytes:
    """A workbook with this XML between its rows' ends."""
    return patched({_SHEET: f"{_HEAD}{cells}{_TAIL}".encode()})


def far() -> bytes:
    """Two cells that span 17 billion."""
    return sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )


def repeated() -> bytes:
    """One long text in many cells."""
    strings = (
        '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        f' count="1" uniqueCount="1"><si><t>{"a" * 100_000}</t></si></sst>'
    )
    cells = '<row r="1">' + '<c t="s"><v>0</v></c>' * 9000 + "</row>"
    data = f"{_HEAD}{cells}{_TAIL}".encode()
    return patched({_SHEET: data, "xl/sharedStrings.xml": strings.encode()})


def open_document(cells: str) -> bytes:
    """An ODS file of one sheet with these rows."""
    content = (
        '<?xml version="1.0"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Bảng">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return target.getvalue()


def ods_row(*texts: str, repeated: str = "") -> str:
    """A row of an ODS sheet."""
    cells = "".join(
        f'<table:table-cell office:value-type="string"{repeated}><text:p>{text}</text:p>'
        "</table:table-cell>"
        for text in texts
    )
    return f"<table:table-row>{cells}</table:table-row>"


def legacy(charset: Charset) -> bytes:
    """A workbook as the years before Unicode left it."""
    rows = [[encode(cell, charset) for cell in row] for row in (HEADINGS, *ROWS)]
    return workbook(rows)


def locked() -> bytes:
    """The beginning of an encrypted workbook: a compound file that names its package."""
    name = "EncryptedPackage".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016 + name + b"\0" * 2048


PAGE = (
    "<html><head><meta charset='utf-8'></head><body><table><tr>"
    + "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    + "</tr>"
    + "".join("<tr>" + "".join(f"<td>{c}&nbsp;</td>" for c in row) + "</tr>" for row in ROWS)
    + "</table>"
).encode()

SEMICOLONS = "mã hộ;tên;ngày;khối lượng\r\nho-01;Hộ ông Lạc;05/06/2025;1250,5\r\n".encode()

BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "blank": b" \r\n \r\n",
    "cut": workbook([HEADINGS, *ROWS])[:-300],
    "not an archive": b"PK\x03\x04" + b"x" * 100,
    "archive of something else": other(),
    "compound file of nothing": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"y" * 2000,
    "locked": locked(),
    "far": far(),
    "bomb": bomb(4_000_000),
    "lying bomb": lying(4_000_000),
    "one text in many cells": repeated(),
    "repeated columns": open_document(
        ods_row("a", repeated=' table:number-columns-repeated="100000000"') * 50
    ),
    "repeated rows": open_document(
        ods_row("a", "b").replace("-row>", '-row table:number-rows-repeated="900000000">', 1)
    ),
    "no end of XML": patched({_SHEET: (_HEAD + "<row").encode()}),
    "unknown string": sheet('<row r="1"><c t="s"><v>999999</v></c></row>'),
    "no sheet": patched({"xl/workbook.xml": b"<workbook/>"}),
    "entities": patched(
        {_SHEET: b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + _HEAD.encode() + b"&a;"}
    ),
    "picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "PDF": b"%PDF-1.7\n",
    "page without table": b"<html><p>404</p>",
    "page cut": b"<table><tr><td",
    "XML": b"<?xml version='1.0'?><a/>",
    "quote never closed": b'a,b\n"c',
    "bytes": bytes(range(256)) * 4,
    "half of UTF-16": b"\xff\xfea\0b",
    "NUL": b"\0" * 100,
    "too many columns": b"a," * 300 + b"a\n",
    "long cell": b"a,b\n" + b"x" * 200_000 + b",1\n",
}
