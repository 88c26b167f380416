# SPDX-License-Identifier: Apache-2.0
"""National codes as item keys: taken as they are, compared without case and spaces."""

from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier
from nguon.gs1.keys import Kind, Level

NATIONAL_KINDS = (Kind.VN_AREA, Kind.VN_PACK)


def national_kind(text: str) -> Kind | None:
    """The kind that a text such as ``vn-area:…`` claims to be of."""
    scheme = text.partition(":")[0].lower()
    return next((kind for kind in NATIONAL_KINDS if kind == scheme), None)


def read_national(text: str, kind: Kind) -> Identifier:
    """The identifier of a national code; raises `IdentifierError` when it is empty."""
    code = "".join(text[len(kind) + 1 :].split()).upper()
    if not code:
        raise IdentifierError("gs1.national-empty", text, len(kind) + 1)
    return Identifier(f"{kind}:{code}", kind, Level.PLACE, ((kind, code),))
