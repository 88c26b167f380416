# SPDX-License-Identifier: Apache-2.0
"""Secret keys as their owners keep them: a private JWK (RFC 7517, RFC 8037)."""

import msgspec

from nguon.base.base64url import url_octets, url_text
from nguon.signing.errors import SigningError
from nguon.signing.keys import PrivateKey, public_key
from nguon.signing.strict_json import read_object


def write_private(key: PrivateKey) -> bytes:
    """A private JWK with the key's thumbprint as ``kid``; keep it as a secret."""
    public = key.public
    members = {**public.jwk(), "d": url_text(key.secret), "kid": public.thumbprint}
    return msgspec.json.format(msgspec.json.encode(members), indent=2) + b"\n"


def read_private(octets: bytes) -> PrivateKey:
    """The key of a private JWK.

    Raises `SigningError` as `nguon.signing.keys.public_key` does, and ``signing.key-file``
    where there is no secret half, or it is that of another key.
    """
    members = read_object(octets, "key")
    held = members.pop("d", None)
    public = public_key(members)
    secret = url_octets(held) if isinstance(held, str) else None
    if secret is None:
        raise SigningError("signing.key-file")
    key = PrivateKey(public.algorithm, secret)
    if key.public != public:
        raise SigningError("signing.key-file")
    return key
