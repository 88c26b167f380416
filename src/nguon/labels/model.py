# SPDX-License-Identifier: Apache-2.0
"""Values of labels: what one says, the symbol it carries, the sheet that comes out."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """The symbols that are written."""

    QR = "qr"
    DATA_MATRIX = "datamatrix"
    CODE_128 = "code128"


class Output(StrEnum):
    """What a sheet is written as."""

    PDF = "pdf"
    SVG = "svg"
    PNG = "png"
    ZPL = "zpl"


class Symbol(msgspec.Struct, frozen=True):
    """A symbol as modules: ``dark`` has one byte a module, row by row, 1 where it is dark.

    ``content`` is what a reader must give back: the link, or the element string
    with FNC1 as GS. ``level`` is the error correction of a QR code. The quiet
    zone is not part of the modules; a Code 128 has one row.
    """

    kind: Kind
    content: str
    columns: int
    rows: int
    dark: bytes
    level: str = ""


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What one label says and carries.

    ``name`` is how an error calls it. ``link`` goes into QR codes, ``elements``
    (application identifier, value) into the GS1 symbols; ``facts`` are printed
    in words: texts as they are, days as dd/MM/yyyy.
    """

    name: str
    link: str = ""
    elements: Sequence[tuple[str, str]] = ()
    facts: Mapping[str, str | date] = {}


class Sheet(msgspec.Struct, frozen=True):
    """A file with labels; ``verified`` counts the symbols that were read back and compared."""

    content: bytes
    media_type: str
    labels: int
    pages: int
    verified: int
