# SPDX-License-Identifier: Apache-2.0
"""How alike two names of a business are: letters without accents, legal forms left out; pure."""

import re
from difflib import SequenceMatcher

from nguon.vn.text import fold

ENOUGH = 0.75
"""From here on two names are taken for the same business without an officer."""
_FORMS = re.compile(
    r"\b(?:cong ty|cty|trach nhiem huu han|tnhh|co phan|cp|mot thanh vien|mtv|hai thanh vien|"
    r"hop tac xa|htx|doanh nghiep tu nhan|dntn|chi nhanh|joint stock company|jsc|co ltd|ltd|"
    r"company|cooperative|dich vu|san xuat|thuong mai)\b"
)


def likeness(one: str, other: str) -> float:
    """From 0, nothing alike, to 1, the same; in hundredths."""
    first, second = _core(one), _core(other)
    if not first or not second:
        first, second = fold(one), fold(other)
    return round(SequenceMatcher(None, first, second, autojunk=False).ratio(), 2)


def _core(name: str) -> str:
    return " ".join(_FORMS.sub(" ", fold(name)).split())
