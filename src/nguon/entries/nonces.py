# SPDX-License-Identifier: Apache-2.0
"""The secret of an offer: whoever says it was handed the goods' offer, not merely their numbers.

The shipment's event has the hash, the receipt's event the secret itself: anybody who is shown
both can see that they belong together. 128 bits, made of the store's secret and the hand-over's
number, so that a form sent twice makes the same event.
"""

from hashlib import sha256
from typing import Any

from nguon.base.base64url import url_text
from nguon.base.mac import mac

_LENGTH = 16
MOST = 100
HANDOVER, OFFER, NONCE = "nguon:handover", "nguon:offer", "nguon:nonce"
"""Members of events under our own namespace (`nguon.entries.markets`)."""
SYMBOL = "NGUON-GN"


def made(secret: bytes, handover: str) -> str:
    """The secret of the offer with this number: 22 letters."""
    return url_text(mac(secret, b"handover-nonce/" + handover.encode())[:_LENGTH])


def hashed(nonce: str) -> str:
    """What the shipment's event says of it: SHA-256, base64url."""
    return url_text(sha256(nonce.encode()).digest())


def of_shipment(handover: str | None, nonce: str | None) -> dict[str, Any]:
    """The members of a shipment's event."""
    if handover is None or nonce is None:
        return {}
    return {HANDOVER: handover, OFFER: hashed(nonce)}


def of_receipt(handover: str | None, nonce: str | None) -> dict[str, Any]:
    """The members of a receipt's event: what was echoed."""
    told = {HANDOVER: handover} if handover is not None else {}
    return told | ({NONCE: nonce} if nonce is not None else {})


def symbol_text(handover: str, nonce: str) -> str:
    """What the symbol of an offer says, on its page and on paper."""
    return f"{SYMBOL}:{handover}:{nonce}"


def read_symbol(text: str) -> tuple[str, str] | None:
    """Number and secret from a symbol; None where it is another."""
    parts = text.strip().split(":")
    if len(parts) != 3 or parts[0] != SYMBOL or not (parts[1] and parts[2]):
        return None
    return parts[1], parts[2][:MOST]
