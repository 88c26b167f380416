# SPDX-License-Identifier: Apache-2.0
"""A package of evidence from its parts: the manifest made and signed."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from nguon.base.canonical_json import canonical
from nguon.dossier.model import FORMAT, TYPE, Dossier, Manifest, digest_of
from nguon.signing import jws
from nguon.signing.keys import PrivateKey


class Issuer(msgspec.Struct, frozen=True):
    """Who answers for a package: a DID, and a key of its by the name in the log."""

    did: str
    kid: str
    key: PrivateKey


def write(
    item: str, parts: Mapping[str, str], rules: str, made: datetime, issuer: Issuer
) -> Dossier:
    """A package about an item; ``rules`` is the digest of the rules that judged."""
    manifest = Manifest(
        format=FORMAT,
        item=item,
        made=made,
        issuer=issuer.did,
        rules=rules,
        parts={name: digest_of(parts[name]) for name in sorted(parts)},
    )
    payload = canonical(msgspec.to_builtins(manifest))
    header = {"typ": TYPE, "kid": f"{issuer.did}#{issuer.kid}"}
    return Dossier(jws.sign(payload, issuer.key, header), {n: parts[n] for n in sorted(parts)})
