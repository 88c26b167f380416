# SPDX-License-Identifier: Apache-2.0
"""One door for every way of writing an identifier."""

import re

from nguon.gs1.digital_links import read_digital_link
from nguon.gs1.element_strings import read_element_string
from nguon.gs1.epc_urns import read_epc_urn
from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier, identify
from nguon.gs1.links.reading import read_at_once
from nguon.gs1.mode import Mode, Rigour
from nguon.gs1.national import national_kind, read_national
from nguon.gs1.paths import read_path

_PATH = re.compile(r"[0-9]{2,4}/")


def parse(text: str, *, mode: Mode = Mode.LENIENT) -> Identifier:
    """Read an identifier.

    Accepts a Digital Link URI, an EPC URN, a path or item key (``01/…/21/…``), a
    bracketed element string, national codes (``vn-area:…``, ``vn-pack:…``) and the
    EPC of a tag (``hex:3074…``).
    Lenient mode leaves out white space around it, and positions in an error count
    from there.

    Raises `IdentifierError` with the offending span.
    """
    return read(text if mode is Mode.STRICT else text.strip(), mode.value)


def read(text: str, rigour: Rigour) -> Identifier:
    """As `parse`, at any rigour."""
    if text[:8].lower() == "urn:epc:":
        return read_epc_urn(text, rigour)
    if text.startswith("("):
        return read_element_string(text, rigour)
    if "://" in text:
        link = read_at_once(text) if rigour is Rigour.FULL else None
        return identify(link.path, link.query) if link else read_digital_link(text, rigour)
    if _PATH.match(text):
        return identify(read_path(text, 0, len(text), rigour))
    kind = national_kind(text)
    if kind is not None:
        return read_national(text, kind)
    if text[:4].lower() == "hex:":
        from nguon.gs1.rfid.recognising import read_tag

        return read_tag(text)
    raise IdentifierError("gs1.not-identifier", text)
