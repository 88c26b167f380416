# SPDX-License-Identifier: Apache-2.0
"""National codes as item keys: compared without case, spaces and differences of hyphens.

Planting-area and packing-house codes are seen both as ``VN-DTPH-0001`` and as
``VNDTPH-0001``; other shapes, which some markets issue, are taken as they are.
"""

import re

from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier
from nguon.gs1.keys import Kind, Level

_USUAL = re.compile("VN-?([A-Z]{2,4}?)-?(OR|PH)-?([0-9]{3,4})")
_DASHES = re.compile("[\u2010-\u2015\u2212]")

NATIONAL_KINDS = (Kind.VN_AREA, Kind.VN_PACK)


def national_kind(text: str) -> Kind | None:
    """The kind that a text such as ``vn-area:…`` claims to be of."""
    scheme = text.partition(":")[0].lower()
    return next((kind for kind in NATIONAL_KINDS if kind == scheme), None)


def read_national(text: str, kind: Kind) -> Identifier:
    """The identifier of a national code; raises `IdentifierError` when it is empty."""
    code = _DASHES.sub("-", "".join(text[len(kind) + 1 :].split()).upper())
    if not code:
        raise IdentifierError("gs1.national-empty", text, len(kind) + 1)
    usual = _USUAL.fullmatch(code)
    if usual is not None:
        code = "VN-{}{}-{}".format(*usual.groups())
    return Identifier(f"{kind}:{code}", kind, Level.PLACE, ((kind, code),))
