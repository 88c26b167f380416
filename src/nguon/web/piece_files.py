# SPDX-License-Identifier: Apache-2.0
"""Files of pieces for printers: CSV, made row by row while it is sent."""

from collections.abc import Iterator
from itertools import islice

from litestar.response import Stream

from nguon.codes.model import Piece
from nguon.gs1.elements import write_bracketed

_ROWS = 2000


def stream(pieces: Iterator[Piece], name: str, *, hidden: bool) -> Stream:
    """The file of a range: the public part, or serials with hidden parts."""
    part = "hidden" if hidden else "pieces"
    return Stream(
        csv(pieces, hidden=hidden),
        media_type="text/csv",
        headers={
            "content-disposition": f'attachment; filename="{part}-{name}.csv"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
    )


def csv(pieces: Iterator[Piece], *, hidden: bool) -> Iterator[bytes]:
    """RFC 4180 with a heading; lots are the only fields that may need quotes."""
    yield b"serial,hidden\r\n" if hidden else b"serial,digital_link,element_string\r\n"
    row = _hidden if hidden else _public
    while some := list(islice(pieces, _ROWS)):
        yield "".join(map(row, some)).encode()


def _public(piece: Piece) -> str:
    elements = write_bracketed(piece.elements)
    if '"' in elements or "," in elements:
        elements = '"' + elements.replace('"', '""') + '"'
    return f"{piece.serial},{piece.link},{elements}\r\n"


def _hidden(piece: Piece) -> str:
    return f"{piece.serial},{piece.hidden or ''}\r\n"
