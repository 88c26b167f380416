# SPDX-License-Identifier: Apache-2.0
"""The cached questions that capture, hashing and reading ask of every identifier."""

import hashlib

from nguon.gs1.common_forms import key_memberships
from nguon.gs1.errors import IdentifierError
from nguon.gs1.facts import facts
from nguon.gs1.mode import Rigour
from nguon.gs1.parsing import read
from nguon.gs1.remembering import remembered

_NOT_OF_GS1 = {"gs1.not-identifier", "gs1.epc-without-key", "gs1.pattern"}
_NO_PRIMARY_KEY = "gs1.no-primary-key"
_GS1_DOMAIN = "://id.gs1.org/"


def item_key(uri: str) -> str:
    """The canonical item key; ``uri:`` and the URI as sent where it has none.

    Never raises: `warning` tells why something that looks like a GS1 identifier
    got no key of its own. A key is its own key.
    """
    return facts(uri).key


def memberships(text: str) -> tuple[str, ...]:
    """The keys of the lot and the classes that an identifier belongs to, nearest first.

    From an item key; or from the URI as sent, which may name the lot of a serial
    number, as the key of the serial number does not. Never raises.
    """
    common = key_memberships(text)
    return facts(text).memberships if common is None else common


def canonical_digital_link(uri: str) -> str | None:
    """The Digital Link that stands for a URI in an event hash (CBV 2.0 section 8.9).

    At the finest level of identification, on GS1's own domain; None for what is
    neither Digital Link nor EPC URN of a GS1 key. Check digits are not judged
    here, for the hash must be that of every other implementation.
    """
    return facts(uri).link


@remembered
def warning(uri: str) -> IdentifierError | None:
    """Why a URI that looks like a GS1 identifier is none; None when all is well."""
    try:
        read(uri.strip(), Rigour.USUAL)
    except IdentifierError as error:
        foreign = error.code in _NOT_OF_GS1 or (
            error.code == _NO_PRIMARY_KEY and _GS1_DOMAIN not in uri
        )
        return None if foreign else error
    return None


@remembered
def key_hash(key: str) -> int:
    """The integer that stands for a key in indexes: eight octets of SHA-256, signed."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)
