# SPDX-License-Identifier: Apache-2.0
"""Tables of plain text: which encoding it is in, which character separates the cells."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from nguon.tables.errors import TableError
from nguon.tables.model import Limits
from nguon.vn import legacy
from nguon.vn.syllables import is_syllable

_DELIMITERS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\r?$", re.IGNORECASE | re.MULTILINE)
_SAMPLE = 65_536
_LINES = 40
_QUOTED = re.compile(r'"[^"]*"')
_CONVINCING = 0.8


def decoded(data: bytes) -> tuple[str, str | None]:
    """The text of a file, and its encoding where that is not Unicode.

    Raises `TableError` for what is no text in an encoding used for Vietnamese.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _strict(data, "utf-16"), None
    if data[1:2] == b"\0" or data[:1] == b"\0":
        return _strict(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"), None
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return _old(data)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise TableError("tables.encoding") from error


def _old(data: bytes) -> tuple[str, str]:
    """Windows-1258 where that makes Vietnamese words, else the bytes of a TCVN3 or VNI font."""
    latin = data.decode("cp1252", "replace")
    if legacy.recognise([latin[:_SAMPLE]]) is not None:
        return latin, "windows-1252"
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError as error:
        raise TableError("tables.encoding") from error
    words = legacy.accented(text[:_SAMPLE])
    if sum(map(is_syllable, words)) < _CONVINCING * len(words):
        raise TableError("tables.encoding")
    return text, "windows-1258"


def records(text: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, with their numbers; raises `TableError`."""
    delimiter = _delimiter(text)
    separator_line = _SEPARATOR_LINE.match(text) is not None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = 0
    try:
        for number, cells in enumerate(reader, start=1):
            while cells and (not cells[-1] or cells[-1].isspace()):
                cells.pop()
            if not cells or (separator_line and number == 1):
                continue
            count += 1
            if count > limits.rows:
                raise TableError("tables.rows", most=limits.rows)
            if len(cells) > limits.columns:
                raise TableError("tables.columns", most=limits.columns, row=number)
            yield number, cells
    except csv.Error as error:
        raise TableError("tables.csv", row=reader.line_num) from error


def _delimiter(text: str) -> str:
    """What separates the cells: told by ``sep=``, else what most lines have equally often."""
    told = _SEPARATOR_LINE.match(text)
    if told is not None:
        return told[1]
    head = _QUOTED.sub("", text.lstrip()[:_SAMPLE]).splitlines()[:_LINES]
    return max(_DELIMITERS, key=lambda mark: _evenness(head, mark))


def _evenness(lines: list[str], mark: str) -> tuple[int, int]:
    """How many lines have the number of marks that most lines have, and that number."""
    counts = Counter(line.count(mark) for line in lines)
    counts.pop(0, None)
    return max(((lines, marks) for marks, lines in counts.items()), default=(0, 0))
