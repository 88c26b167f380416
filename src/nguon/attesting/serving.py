# SPDX-License-Identifier: Apache-2.0
"""Credentials issued here as they are handed out: as JWT, or with a proof inside.

What was signed with a key that has been replaced since is signed anew with the key that
stands, word for word; what a revoked key signed stays as it is, and does not hold any more.
"""

from datetime import UTC, datetime

import msgspec

from nguon.attesting.changing import one
from nguon.attesting.errors import AttestingConflictError
from nguon.attesting.model import Issued
from nguon.attesting.outputs import JWT
from nguon.attesting.signing import Keys, Signer, signer
from nguon.credentials import integrity, jwt
from nguon.parties.keys import queries
from nguon.parties.keys.model import KeyState
from nguon.store import Store


def served(store: Store, number: str, keys: Keys, form: str = JWT) -> tuple[str, bytes]:
    """A credential by its id: media type and octets.

    Raises:
        AttestingUnknownError: there is none.
        AttestingConflictError: no key stands that could put a proof in.
    """
    found = one(store, number)
    if form == JWT:
        return jwt.MEDIA_TYPE, _token(store, found, keys).encode()
    who = signer(store, found.issuer, keys)
    _, document = jwt.read(found.token)
    proved = integrity.add_proof(document, who.key, who.method, found.issued)
    return "application/vc", msgspec.json.encode(proved)


def _token(store: Store, found: Issued, keys: Keys) -> str:
    key = queries.find(store, found.kid)
    if key is None or key.standing(datetime.now(UTC)) is not KeyState.EXPIRED:
        return found.token
    who = _signer(store, found.issuer, keys)
    if who is None:
        return found.token
    _, document = jwt.read(found.token)
    return jwt.issue(document, who.key, who.kid)


def _signer(store: Store, issuer: int, keys: Keys) -> Signer | None:
    try:
        return signer(store, issuer, keys)
    except AttestingConflictError:
        return None
