# SPDX-License-Identifier: Apache-2.0
"""Links that carry an EPC binary string: ``/eh`` and hexadecimal digits, ``/ex`` and base64.

GS1 Digital Link Compression for EPC binary strings 1.0 (July 2025). No code of the
older compression begins with the bits of these letters, so neither is taken for the other.
"""

import re
from collections.abc import Iterable

from nguon.gs1.compression.encodings import from_base64, to_base64
from nguon.gs1.compression.plain import first_key, link
from nguon.gs1.errors import IdentifierError
from nguon.gs1.rfid import decode, encode_bits, scheme_for

SEGMENT = re.compile(r"eh([0-9A-F]+)|ex([0-9A-Z_a-z-]+)")
_LEAD = 2


def compress_epc(
    elements: Iterable[tuple[str, str]],
    stem: str,
    *,
    hexadecimal: bool = False,
    filter: int = 0,  # noqa: A002
) -> str:
    """The link with the EPC binary string of elements, in the "+" scheme that can say them.

    What is no part of the key follows it as AIDC data. Raises `IdentifierError`:
    ``gs1.no-epc-form`` where no scheme is for these elements.
    """
    given = dict(elements)
    key, stem = first_key(given), stem.rstrip("/")
    scheme = scheme_for(given.items())
    if key is None or scheme is None:
        text = "".join(f"({ai}){value}" for ai, value in given.items())
        raise IdentifierError("gs1.no-epc-form", text)
    bits = encode_bits(link(stem, key, given), scheme, filter=filter, relations=False)
    if hexadecimal:
        return f"{stem}/eh{bits.hexadecimal}"
    characters = (bits.length + 5) // 6
    return f"{stem}/ex{to_base64(bits.value << 6 * characters - bits.length, characters)}"


def epc_elements(text: str, start: int, found: re.Match[str]) -> dict[str, str]:
    """The elements in a segment that `SEGMENT` matched and that begins at ``text[start]``.

    Raises `IdentifierError`, with the segment's characters behind ``eh`` or ``ex``.
    """
    place = start + _LEAD, start + len(found[0])
    try:
        tag = decode(found[1] or _hexadecimal(found[2]))
    except IdentifierError as error:
        params = {name: value for name, value in error.params.items() if name != "part"}
        raise IdentifierError(error.code, text, *place, **params) from error
    if not tag.elements:
        raise IdentifierError("gs1.compressed-epc", text, *place, scheme=tag.scheme)
    return dict((*tag.elements, *tag.data))


def _hexadecimal(characters: str) -> str:
    digits = (6 * len(characters) + 3) // 4
    surplus = 4 * digits - 6 * len(characters)
    return f"{from_base64(characters) << surplus:0{digits}X}"
