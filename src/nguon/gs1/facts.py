# SPDX-License-Identifier: Apache-2.0
"""What capture asks of an identifier, answered at once and remembered."""

import msgspec

from nguon.gs1.common_forms import common_form
from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier
from nguon.gs1.mode import Rigour
from nguon.gs1.parsing import read
from nguon.gs1.remembering import remembered
from nguon.gs1.writing import CANONICAL_DOMAIN, OTHER, digital_link

_URI_STARTS = ("http", "urn:epc:")


class Facts(msgspec.Struct, frozen=True, gc=False):
    """An identifier: its item key, what it is a member of, its Digital Link for event hashes."""

    key: str
    """As `nguon.gs1.item_key`."""
    memberships: tuple[str, ...] = ()
    """As `nguon.gs1.memberships` of the identifier as sent."""
    link: str | None = None
    """As `nguon.gs1.canonical_digital_link`; that of the key, unless the key is of no GS1 kind."""


@remembered
def facts(text: str) -> Facts:
    """The facts of an identifier in any form. Never raises: what is malformed stays as ``uri:``."""
    common = common_form(text)
    if common is not None:
        key, memberships = common
        return Facts(key, memberships, f"{CANONICAL_DOMAIN}/{key}")
    if text.startswith(OTHER):
        return Facts(text)
    is_uri = text.startswith(_URI_STARTS)
    found = _try(text, Rigour.USUAL)
    if found is not None:
        return Facts(found.key, found.memberships, digital_link(found.key) if is_uri else None)
    formal = _try(text, Rigour.FORM) if is_uri else None
    return Facts(OTHER + text, (), None if formal is None else digital_link(formal.key))


def _try(text: str, rigour: Rigour) -> Identifier | None:
    try:
        return read(text.strip(), rigour)
    except IdentifierError:
        return None
