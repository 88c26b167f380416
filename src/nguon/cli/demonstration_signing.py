# SPDX-License-Identifier: Apache-2.0
"""The documents of the demonstration, signed as their senders would: with a key of their own, or
with the one that is kept for them.
"""

from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

from nguon.capture.signed import TYPES, Form, Presented, of_header
from nguon.cli.demonstration_parties import own_key
from nguon.parties.keys.custody import custodian_of
from nguon.signing import jws
from nguon.signing.keys import PrivateKey
from nguon.store import Store


def signature(
    store: Store, data: Path, code: str, organisation: int, body: bytes
) -> Presented | None:
    """A sender's signature over a document; None for one that has no key."""
    secret = own_key(data, code) or _kept(store, organisation)
    if secret is None:
        return None
    now = datetime.now(UTC)
    header = {
        "typ": TYPES[Form.JWS],
        "kid": secret.public.thumbprint,
        "iat": int(now.timestamp()),
        "nonce": token_urlsafe(16),
    }
    return of_header(jws.sign_detached(body, secret, header), now)


def _kept(store: Store, organisation: int) -> PrivateKey | None:
    found = custodian_of(store).key(organisation)
    return None if found is None else found[1]
