# SPDX-License-Identifier: Apache-2.0
"""Planting-area and packing-house codes: shown as issued, compared normalised.

Their usual shape, seen in use and in no published specification, is
``VN-`` + letters of the old province + ``OR`` (planting area) or ``PH``
(packing house) + ``-`` + 3 or 4 digits, with hyphens sometimes left out
(``VNDTPH-0001``). Some markets issue other shapes; those are kept.
"""

import re
from enum import StrEnum
from functools import lru_cache

from nguon.vn.errors import NationalCodeError

_USUAL = re.compile(r"VN-?([A-Z]{2,4}?)-?(OR|PH)-?([0-9]{3,4})")
_OTHER = re.compile(r"[A-Z0-9][A-Z0-9./-]{2,31}")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


class CodeKind(StrEnum):
    """The kinds of national place codes; the value is the scheme of its item key."""

    AREA = "vn-area"
    PACK = "vn-pack"


_LETTERS = {"OR": CodeKind.AREA, "PH": CodeKind.PACK}


@lru_cache(maxsize=8192)
def normalise(kind: CodeKind, issued: str) -> str:
    """The code in its comparable form, e.g. ``VN-DLOR-0017``.

    Raises `NationalCodeError`: ``vn.code-shape`` for what cannot be a code,
    ``vn.code-kind`` for a packing house's code given as an area's and the reverse.
    """
    text = re.sub(r"\s", "", _DASHES.sub("-", issued)).upper()
    usual = _USUAL.fullmatch(text)
    if usual is None:
        if _OTHER.fullmatch(text) is None:
            raise NationalCodeError("vn.code-shape", text=issued)
        return text
    province, letters, number = usual.groups()
    if _LETTERS[letters] is not kind:
        raise NationalCodeError("vn.code-kind", text=issued, letters=letters)
    return f"VN-{province}{letters}-{number}"


def item_key(kind: CodeKind, issued: str) -> str:
    """The canonical key of the place: ``vn-area:VN-DLOR-0017``."""
    return f"{kind}:{normalise(kind, issued)}"
