# SPDX-License-Identifier: Apache-2.0
"""The one writer of symbols: QR with a link, GS1 DataMatrix and GS1-128 with element strings.

What an element string says is checked by our own engine first: the writer of
symbols does not know check digits or relations.
"""

from collections.abc import Sequence
from typing import Any

import zxingcpp

from nguon.gs1 import elements as gs1_elements
from nguon.labels.errors import LabelError
from nguon.labels.model import Kind, Symbol

QUIET = {Kind.QR: 4, Kind.DATA_MATRIX: 1, Kind.CODE_128: 10}
"""Modules of quiet zone on each side (ISO/IEC 18004, 16022; GS1 General Specifications 5.4)."""
IDENTIFIERS = {Kind.QR: "]Q1", Kind.DATA_MATRIX: "]d2", Kind.CODE_128: "]C1"}
"""What a reader puts before the data (ISO/IEC 15424); GS1 data is told from other data by it."""
_DARK = bytes.maketrans(b"\x00\xff", b"\x01\x00")
_FASTEST_MASK = 0
"""Sizes do not hang on the mask; choosing the best one is most of the work."""


def symbol(
    kind: Kind | str, content: str | Sequence[tuple[str, str]], *, least: str = "M"
) -> Symbol:
    """A symbol of a link, or of an element string (bracketed text or elements).

    A QR code gets the smallest size that holds the link at ``least`` error
    correction, with the scheme and host in capital letters where that saves a
    size, then the strongest correction that this size has room for.

    Raises:
        IdentifierError: the elements are not right (`nguon.gs1.elements.check`).
        LabelError: the content does not fit any symbol of this kind.
    """
    if not isinstance(content, str):
        gs1_elements.check(tuple(gs1_elements.Element(*one) for one in content))
    elif Kind(kind) is not Kind.QR:
        content = gs1_elements.read_bracketed(content)
        gs1_elements.check(content)
    return written(kind, content, least=least)


def written(
    kind: Kind | str, content: str | Sequence[tuple[str, str]], *, least: str = "M"
) -> Symbol:
    """The same for elements that were checked together with the other symbols' of their label."""
    wanted = Kind(kind)
    if (wanted is Kind.QR) is not isinstance(content, str):
        raise LabelError("labels.wrong-content", symbol=wanted.value)
    if isinstance(content, str):
        return _qr(content, least)
    raw = gs1_elements.write_raw([gs1_elements.Element(*one) for one in content])
    # Round brackets may stand in values, square ones may not (GS1 General Specifications 7.11).
    bracketed = "".join(f"[{ai}]{value}" for ai, value in content)
    if wanted is Kind.DATA_MATRIX:
        made = _made(bracketed, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
    else:
        made = _made(bracketed, zxingcpp.BarcodeFormat.Code128, gs1=True)
    return _symbol(wanted, raw, made)


def _qr(link: str, least: str) -> Symbol:
    written, size = link, _size(link, least)
    if not size:
        raise LabelError("labels.content-too-long", symbol=Kind.QR.value, length=len(link))
    loud = _in_capitals(link)
    if loud != link and (smaller := _size(loud, least)) and smaller < size:
        written, size = loud, smaller
    # Where a size is given and no level, the strongest that fits is taken.
    made = _made(written, zxingcpp.BarcodeFormat.QRCode, version=(size - 17) // 4)
    return _symbol(Kind.QR, written, made, made.ec_level)


def _in_capitals(link: str) -> str:
    """Scheme and host in capital letters, which mean the same (RFC 3986, 6.2.2.1)."""
    scheme, mark, rest = link.partition("://")
    if not mark:
        return link
    host, slash, path = rest.partition("/")
    return f"{scheme.upper()}{mark}{host.upper()}{slash}{path}"


def _size(content: str, level: str) -> int:
    """The modules of a side; 0 where it does not fit."""
    try:
        made = _made(
            content, zxingcpp.BarcodeFormat.QRCode, ec_level=level, data_mask=_FASTEST_MASK
        )
    except LabelError:
        return 0
    return _image(made).shape[1]  # type: ignore[index]


def _made(content: str, form: Any, **options: Any) -> Any:
    try:
        return zxingcpp.create_barcode(content, form, **options)
    except ValueError as error:
        raise LabelError(
            "labels.content-too-long", symbol=form.name.lower(), length=len(content)
        ) from error


def _image(made: Any) -> memoryview:
    # zxing-cpp's Image has the buffer protocol, which its stubs do not say.
    return memoryview(zxingcpp.write_barcode_to_image(made, add_quiet_zones=False))  # type: ignore[arg-type]


def _symbol(kind: Kind, content: str, made: Any, level: str = "") -> Symbol:
    image = _image(made)
    height, width = image.shape or (0, 0)
    rows = 1 if kind is Kind.CODE_128 else height
    dark = bytes(image)[: rows * width].translate(_DARK)
    return Symbol(kind, content, width, rows, dark, level)
