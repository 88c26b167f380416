# SPDX-License-Identifier: Apache-2.0
"""Planting-area and packing-house codes: shown as issued, compared normalised.

Their usual shape, seen in use and in no published specification, is
``VN-`` + letters of the old province + ``OR`` (planting area) or ``PH``
(packing house) + ``-`` + 3 or 4 digits, with hyphens sometimes left out
(``VNDTPH-0001``). Some markets issue other shapes; those are kept. The
comparable form is `nguon.gs1`'s; here is the check of what people enter.
"""

import re
from enum import StrEnum
from functools import lru_cache

from nguon.gs1 import IdentifierError, parse
from nguon.vn.errors import NationalCodeError

_SHAPE = re.compile(r"[A-Z0-9][A-Z0-9./-]{2,31}")
_LETTERS = re.compile(r"VN-[A-Z]{2,4}(OR|PH)-[0-9]{3,4}")


class CodeKind(StrEnum):
    """The kinds of national place codes; the value is the scheme of its item key."""

    AREA = "vn-area"
    PACK = "vn-pack"


_KIND_OF = {"OR": CodeKind.AREA, "PH": CodeKind.PACK}


@lru_cache(maxsize=8192)
def item_key(kind: CodeKind, issued: str) -> str:
    """The canonical key of the place: ``vn-area:VN-DLOR-0017``.

    Raises `NationalCodeError`: ``vn.code-shape`` for what cannot be a code,
    ``vn.code-kind`` for a packing house's code given as an area's and the reverse.
    """
    try:
        key = parse(f"{kind}:{issued}").key
    except IdentifierError as error:
        raise NationalCodeError("vn.code-shape", text=issued) from error
    code = key.partition(":")[2]
    if _SHAPE.fullmatch(code) is None:
        raise NationalCodeError("vn.code-shape", text=issued)
    usual = _LETTERS.fullmatch(code)
    if usual is not None and _KIND_OF[usual[1]] is not kind:
        raise NationalCodeError("vn.code-kind", text=issued)
    return key
