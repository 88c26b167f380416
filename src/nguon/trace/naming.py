# SPDX-License-Identifier: Apache-2.0
"""What a key says of its thing: one piece, a lot, or a whole product."""

from functools import lru_cache

from nguon.trace.model import Confidence

_LOT_CLASSES = (":lot:class:", "urn:epc:class:lgtin:")
_PRODUCT_CLASS = ":product:class:"


def is_lot(key: str) -> bool:
    """Whether a key names a lot (a class of goods with a lot number).

    A URI that is no GS1 key names one by its form: the lot classes of GDST and of EPC.
    """
    if key.startswith("uri:"):
        return any(part in key for part in _LOT_CLASSES)
    return "/10/" in key and "/21/" not in key


def is_product(key: str) -> bool:
    """Whether a key names a product without lot or serial."""
    if key.startswith("uri:"):
        return _PRODUCT_CLASS in key
    return key.startswith("01/") and key.count("/") == 1


def is_piece(key: str) -> bool:
    """Whether a key names a single thing, which can be in one place only."""
    return not (is_lot(key) or is_product(key))


@lru_cache(maxsize=1 << 16)
def sureness(key: str) -> Confidence:
    """How surely a link that names this thing says which goods it means."""
    if is_product(key):
        return Confidence.AMBIGUOUS
    return Confidence.LOT if is_lot(key) else Confidence.EXACT
