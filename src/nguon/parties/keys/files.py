# SPDX-License-Identifier: Apache-2.0
"""A key in a file of its holder's own: a JWK with its secret half, readable by him alone."""

from pathlib import Path
from typing import Any

import msgspec

from nguon.archive.durable import write_secret
from nguon.base.base64url import url_octets, url_text
from nguon.parties.keys.errors import PartyKeyError
from nguon.signing.keys import PrivateKey, public_key


def write(path: Path, key: PrivateKey) -> None:
    """Write a key; raises `PartyKeyError` where a file is there already."""
    told = {**key.public.jwk(), "d": url_text(key.secret), "kid": key.public.thumbprint}
    try:
        write_secret(path, msgspec.json.encode(told) + b"\n", anew=False)
    except FileExistsError as error:
        raise PartyKeyError("party-keys.file-there", path=str(path)) from error


def read(path: Path) -> PrivateKey:
    """The key in a file; raises `PartyKeyError` or `SigningError` where there is none."""
    try:
        told = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise PartyKeyError("party-keys.file", path=str(path)) from error
    secret = told.pop("d", None)
    octets = url_octets(secret) if isinstance(secret, str) else None
    if octets is None:
        raise PartyKeyError("party-keys.file", path=str(path))
    public = public_key(told)
    key = PrivateKey(public.algorithm, octets)
    if key.public != public:
        raise PartyKeyError("party-keys.file", path=str(path))
    return key
