# SPDX-License-Identifier: Apache-2.0
"""That whoever binds a key has its secret half, and that the old key asks for the new one.

Both are JSON Web Signatures with a type of their own (RFC 8725 section 3.11): what was signed
for one purpose never serves another. The challenge is not kept: it carries its own proof that
it was given here, to this party, within the hour.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection

from nguon.base.base64url import url_text
from nguon.base.canonical_json import canonical
from nguon.base.mac import mac
from nguon.parties.keys.errors import PartyKeyError
from nguon.parties.keys.naming import did, party_code
from nguon.signing import jws
from nguon.signing.keys import PrivateKey, PublicKey, public_key, public_key_of_multikey
from nguon.store import Store

LASTS = timedelta(hours=1)
PROOF = "nguon-key-proof+jws"
ROTATION = "nguon-key-rotation+jws"
_MARK = 16
_PARTS = 3


def challenge(store: Store, connection: Connection, organisation: int, now: datetime) -> str:
    """What a key must sign to be bound to a party: ``<did> <until> <mark>``."""
    until = int((now + LASTS).timestamp())
    name = did(store, party_code(store, connection, organisation))
    return f"{name} {until} {_mark(store, name, until)}"


def prove(secret: PrivateKey, asked: str) -> str:
    """The proof that somebody has a key, over a challenge; it carries the public half."""
    header = {"typ": PROOF, "jwk": secret.public.jwk()}
    return jws.sign(asked.strip().encode(), secret, header)


def proved(
    store: Store,
    connection: Connection,
    organisation: int,
    proof: str,
    now: datetime,
    *,
    key: str = "",
) -> PublicKey:
    """The key that a proof is of; ``key`` is it as JWK or Multikey, where the proof lacks it.

    Raises:
        PartyKeyError: ``party-keys.proof…``; another key was named; the challenge is not this
            party's or is over.
        SigningError: the key or the signature cannot be read, or does not hold.
    """
    read = jws.read("".join(proof.split()))
    _typed(read, PROOF)
    public = _named(read.header, key)
    read.verify(public)
    name = did(store, party_code(store, connection, organisation))
    parts = read.payload.decode("utf-8", "replace").split(" ")
    if len(parts) != _PARTS or parts[0] != name or not parts[1].isdecimal():
        raise PartyKeyError("party-keys.proof-challenge", field="proof")
    until = int(parts[1][:12])
    if not hmac.compare_digest(parts[2].encode(), _mark(store, name, until).encode()):
        raise PartyKeyError("party-keys.proof-challenge", field="proof")
    if now.timestamp() > until:
        raise PartyKeyError("party-keys.proof-late", field="proof")
    return public


def endorse(old: PrivateKey, new: PublicKey) -> str:
    """What the old key signs, so that the new one takes its place."""
    said = {"kid": new.thumbprint, "replaces": old.public.thumbprint}
    return jws.sign(canonical(said), old, {"typ": ROTATION})


def endorsed(old: PublicKey, new: PublicKey, endorsement: str) -> None:
    """Raises `PartyKeyError` or `SigningError` unless the old key signed for the new one."""
    read = jws.read("".join(endorsement.split()))
    _typed(read, ROTATION)
    read.verify(old)
    wanted = canonical({"kid": new.thumbprint, "replaces": old.thumbprint})
    if read.payload != wanted:
        raise PartyKeyError("party-keys.endorsement", field="endorsement")


def written(text: str) -> PublicKey:
    """A key as people paste it: a JWK or a Multikey.

    Raises `SigningError`, `PartyKeyError` ``party-keys.key-form`` for text that is neither.
    """
    plain = text.strip()
    if plain.startswith("z"):
        return public_key_of_multikey(plain)
    try:
        return public_key(msgspec.json.decode(plain, type=dict[str, Any]))
    except msgspec.DecodeError as error:
        raise PartyKeyError("party-keys.key-form", field="key") from error


def _named(header: Mapping[str, Any], key: str) -> PublicKey:
    carried = header.get("jwk")
    told = written(key) if key.strip() else None
    if not isinstance(carried, dict):
        if told is None:
            raise PartyKeyError("party-keys.key-missing", field="key")
        return told
    public = public_key(carried)
    if told is not None and told != public:
        raise PartyKeyError("party-keys.proof-other", field="key")
    return public


def _typed(read: jws.Jws, wanted: str) -> None:
    if read.header.get("typ") != wanted:
        raise PartyKeyError("party-keys.proof-kind", wanted=wanted, field="proof")


def _mark(store: Store, name: str, until: int) -> str:
    keyed = mac(store.secret, f"party-key-challenge/{name}/{until}".encode())
    return url_text(keyed[:_MARK])
