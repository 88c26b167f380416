# SPDX-License-Identifier: Apache-2.0
"""From the bytes of a file that somebody has to a table: XLSX, XLS, ODS, CSV, HTML."""

from nguon.tables import archive, plain, workbook
from nguon.tables.errors import TableError
from nguon.tables.model import Limits, Remark, Sheet, Table
from nguon.tables.tidying import Tidy
from nguon.tables.workbook import Cell, Raw

LIMITS = Limits()
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"GIF8", b"\x1f\x8b")


def read(data: bytes, limits: Limits = LIMITS) -> Table:
    """Every sheet of a file, its cells in Unicode text.

    Raises:
        TableError: the file is empty, too large, locked, broken or no table.
    """
    if not data.strip():
        raise TableError("tables.empty")
    if len(data) > limits.octets:
        raise TableError("tables.octets", most=limits.octets // (1024 * 1024))
    if data.startswith(_OTHERS):
        raise TableError("tables.kind")
    if data.startswith((_ZIP, _OLE)):
        return _workbook(data, limits)
    return _text(data, limits)


def _workbook(data: bytes, limits: Limits) -> Table:
    remarks = []
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise TableError("tables.locked")
        kind = "xls"
    else:
        kind = archive.kind(data, limits)
        if archive.has_macros(data):
            remarks.append(Remark("tables.macros"))
    return _table(kind, workbook.read(data, limits), remarks)


def _text(data: bytes, limits: Limits) -> Table:
    text, encoding = plain.decoded(data)
    remarks = [] if encoding is None else [Remark("tables.encoded", {"encoding": encoding})]
    if text.lstrip()[:1] == "<":
        page = text.lstrip().encode("utf-8", "replace")
        return _table("html", workbook.read(page, limits), [*remarks, Remark("tables.html")])
    rows: list[tuple[int, list[Cell]]] = [
        (number, [*cells]) for number, cells in plain.records(text, limits)
    ]
    return _table("csv", [Raw("", rows, [])], remarks)


def _table(kind: str, raws: list[Raw], remarks: list[Remark]) -> Table:
    sheets: list[Sheet] = []
    for raw in raws:
        tidy = Tidy(raw)
        sheets.append(tidy.sheet)
        remarks += tidy.remarks
    if not any(sheet.rows for sheet in sheets):
        raise TableError("tables.empty")
    return Table(kind, [sheet for sheet in sheets if sheet.rows], remarks)
