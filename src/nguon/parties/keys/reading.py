# SPDX-License-Identifier: Apache-2.0
"""What a party signed, verified with nothing but the document of its did:web; pure."""

from collections.abc import Mapping
from typing import Any

from nguon.signing import jws
from nguon.signing.errors import SigningError
from nguon.signing.jws import Jws
from nguon.signing.keys import public_key


def verified(compact: str, document: Mapping[str, Any], *types: str) -> Jws:
    """A JWS of one of these types by the key of the document that its ``kid`` names.

    A key that ended since counts, for it stood when it signed; one that was revoked does not.
    Raises `SigningError`.
    """
    read = jws.read(compact)
    if read.header.get("typ") not in types:
        raise SigningError("signing.jws-form", place="typ")
    for method in document.get("verificationMethod", ()):
        if method.get("id") == read.header.get("kid") and "publicKeyJwk" in method:
            if "revoked" in method:
                break
            read.verify(public_key(method["publicKeyJwk"]))
            return read
    raise SigningError("signing.signature")
