# SPDX-License-Identifier: Apache-2.0
"""Digests by the names that certificates and statements give them: SHA-2 only."""

import hashlib

_KNOWN = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


def digest_of(name: str, octets: bytes) -> bytes:
    """The digest under one of the names in `nguon.signing.certified_keys.HASHES`."""
    return _KNOWN[name](octets).digest()
