# SPDX-License-Identifier: Apache-2.0
"""Tags among other identifiers: which text is one, and what it identifies."""

import re

from nguon.gs1.element_strings import identify_elements
from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier
from nguon.gs1.rfid.codings import codings, headers
from nguon.gs1.rfid.decoding import decode
from nguon.gs1.rfid.encoding import encode
from nguon.gs1.rfid.tag import Tag

PREFIX = "hex:"
"""What says of hexadecimal digits that they are a tag."""
_TAG_URI = re.compile("urn:epc:tag:([^:]*):", re.IGNORECASE)
_DIGITS = re.compile("[0-9A-Fa-f]{24,}")


def recognise(text: str) -> Tag | None:
    """The tag that a text is; None where it is none.

    It is one with the prefix ``hex:``, and without it from 24 hexadecimal digits on
    that begin with a known header; digits alone, which may be anything, only when they
    are right. A tag URI (``urn:epc:tag:…``) is one too.

    Raises:
        IdentifierError: as `nguon.gs1.rfid.decode`, with the span in the text; for a tag
            URI as `nguon.gs1.rfid.encode`.
    """
    uri = _TAG_URI.match(text)
    if uri is not None:
        names = {name.lower(): name for name in codings()}
        if uri[1].lower() not in names:
            raise IdentifierError("rfid.scheme", text, *uri.span(1))
        return decode(encode(text, names[uri[1].lower()]))
    if text[: len(PREFIX)].lower() == PREFIX:
        return _decoded(text)
    if not _DIGITS.fullmatch(text) or int(text[:2], 16) not in headers():
        return None
    try:
        return decode(text)
    except IdentifierError:
        if text.isdigit():
            return None
        raise


def read_tag(text: str) -> Identifier:
    """The identifier of a tag behind the prefix ``hex:``; its data is of the lot, or attributes.

    Raises:
        IdentifierError: as `recognise`; ``gs1.epc-without-key`` where the coding scheme
            stands for no GS1 key.
    """
    tag = _decoded(text)
    found = identify_elements(dict((*tag.elements, *tag.data)))
    if found is None:
        scheme = codings()[tag.scheme].identity
        raise IdentifierError("gs1.epc-without-key", text, len(PREFIX), scheme=scheme)
    return found


def _decoded(text: str) -> Tag:
    try:
        return decode(text[len(PREFIX) :])
    except IdentifierError as error:
        raise error.within(text, len(PREFIX)) from None
