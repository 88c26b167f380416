# SPDX-License-Identifier: Apache-2.0
"""Whatever a scanner or a hand gives for a code, as an item key; pure."""

import re

from nguon import gs1
from nguon.entries.errors import EntryError
from nguon.gs1 import IdentifierError

_PALLET = re.compile(r"(?:00)?([0-9]{18})")
_PRODUCT = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_RUN = re.compile(r"01([0-9]{14})(?:(?:17|15|11|13)[0-9]{6})*(10|21)(.{1,20})")
_MARKS = re.compile(r"^\](?:C1|d2|Q3|e0)|\x1d")


def scanned(text: str) -> str:
    """The item key of a code as scanned or typed.

    Raises:
        EntryError: nothing that we know, or a code with a wrong check digit.
    """
    plain = _MARKS.sub("", text.strip())
    digits = re.sub(r"[\s.]", "", plain)
    try:
        pallet = _PALLET.fullmatch(digits)
        if pallet is not None:
            return gs1.parse(f"00/{pallet[1]}").key
        if _PRODUCT.fullmatch(digits):
            return gs1.parse(f"01/{digits.zfill(14)}").key
        run = _RUN.fullmatch(plain)
        if run is not None:
            return gs1.parse(f"01/{run[1]}/{run[2]}/{run[3]}").key
        return gs1.parse(plain).key
    except IdentifierError as error:
        raise EntryError("entries.code", text=text[:80]) from error
