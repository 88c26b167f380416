# SPDX-License-Identifier: Apache-2.0
"""Signatures of HTTP messages (RFC 9421): read, verified, made.

A signature says of itself what it covers; whoever relies on it says with `require` what it
must cover, with `check_times` when it must have been made, and remembers its nonce.
"""

from collections.abc import Collection, Mapping

import msgspec

from nguon.signing.components import HttpMessage, component
from nguon.signing.digests import FIELD as CONTENT_DIGEST
from nguon.signing.digests import check_content_digest, content_digest
from nguon.signing.errors import SigningError
from nguon.signing.keys import Algorithm, PrivateKey, PublicKey
from nguon.signing.signature_fields import (
    SIGNATURE,
    SIGNATURE_INPUT,
    checked_components,
    read_fields,
)
from nguon.signing.structured import Bare, InnerList, Item, write_dictionary, write_member

__all__ = [
    "CONTENT_DIGEST",
    "COVERED",
    "MINIMUM",
    "HttpMessage",
    "HttpSignature",
    "check_content_digest",
    "check_times",
    "content_digest",
    "read_signature",
    "require",
    "sign",
    "sign_with",
]

LABEL = "sig"
MINIMUM = ("@method", "@authority", "@path", CONTENT_DIGEST)
"""What a signature of a request with content covers at least: what, to whom, and where."""
COVERED = ("@method", "@authority", "@path", "@query", "content-type", CONTENT_DIGEST)
"""What `sign` covers unless told otherwise."""
_NAMES = {Algorithm.EDDSA: "ed25519", Algorithm.ES256: "ecdsa-p256-sha256"}
"""Names of algorithms in this registry (RFC 9421 section 6.2)."""


class HttpSignature(msgspec.Struct, frozen=True):
    """A signature of a message, not yet verified; times are seconds since 1970."""

    label: str
    components: tuple[str, ...]
    created: int | None
    expires: int | None
    nonce: str | None
    keyid: str | None
    alg: str | None
    tag: str | None
    base: bytes
    """The octets that it is over (section 2.5)."""
    signature: bytes

    def verify(self, key: PublicKey) -> None:
        """Return where the key made this signature; raise `SigningError` otherwise."""
        wanted = _NAMES[key.algorithm]
        if self.alg is not None and self.alg != wanted:
            raise SigningError("signing.algorithm", found=self.alg[:40], wanted=wanted)
        if not key.verify(self.base, self.signature):
            raise SigningError("signing.signature")


def read_signature(message: HttpMessage, label: str | None = None) -> HttpSignature:
    """The message's signature (of this label, where it has several), with what it is over.

    Raises `SigningError`: ``signing.signature-absent``, ``signing.signature-several``,
    ``signing.field-form``, ``signing.component-…``, ``signing.parameter``.
    """
    headers = message.headers
    fields = read_fields(headers.get(SIGNATURE_INPUT, ""), headers.get(SIGNATURE, ""), label)
    given = fields.parameters
    return HttpSignature(
        fields.label,
        fields.components,
        _number(given, "created"),
        _number(given, "expires"),
        _text(given, "nonce"),
        _text(given, "keyid"),
        _text(given, "alg"),
        _text(given, "tag"),
        _base(message, fields.components, fields.told),
        fields.signature,
    )


def require(signature: HttpSignature, components: Collection[str] = MINIMUM) -> None:
    """Raise `SigningError` (``signing.component-uncovered``) unless it covers all of these."""
    for name in components:
        if name not in signature.components:
            raise SigningError("signing.component-uncovered", component=name)


def check_times(signature: HttpSignature, now: int, *, oldest: int = 300, skew: int = 30) -> None:
    """Raise `SigningError` for a signature made too long ago, in the future, or expired.

    ``oldest`` and ``skew`` are seconds. One that does not say when it was made is refused.
    """
    if signature.created is None:
        raise SigningError("signing.parameter", parameter="created")
    if signature.created > now + skew:
        raise SigningError("signing.future", created=signature.created)
    expired = signature.expires is not None and signature.expires < now - skew
    if expired or signature.created < now - oldest - skew:
        raise SigningError("signing.expired", created=signature.created)


def sign(
    message: HttpMessage,
    key: PrivateKey,
    *,
    keyid: str,
    created: int,
    nonce: str,
    components: Collection[str] = COVERED,
) -> dict[str, str]:
    """The two header fields that sign a message, whose own digest field is already there."""
    parameters: dict[str, Bare] = {
        "created": created,
        "keyid": keyid,
        "nonce": nonce,
        "alg": _NAMES[key.algorithm],
    }
    return sign_with(message, key, components, parameters)


def sign_with(
    message: HttpMessage,
    key: PrivateKey,
    components: Collection[str],
    parameters: Mapping[str, Bare],
    label: str = LABEL,
) -> dict[str, str]:
    """The same with any parameters, in their order."""
    covered = InnerList(tuple(map(Item, components)), dict(parameters))
    base = _base(message, checked_components(covered), write_member(covered))
    return {
        SIGNATURE_INPUT: write_dictionary({label: covered}),
        SIGNATURE: write_dictionary({label: Item(key.sign(base))}),
    }


def _base(message: HttpMessage, components: tuple[str, ...], told: str) -> bytes:
    """The signature base, line by line (section 2.5)."""
    lines = [f'"{name}": {component(message, name)}' for name in components]
    lines.append(f'"@signature-params": {told}')
    return "\n".join(lines).encode("ascii")


def _number(parameters: Mapping[str, Bare], name: str) -> int | None:
    value = parameters.get(name)
    if value is not None and type(value) is not int:
        raise SigningError("signing.parameter", parameter=name)
    return value


def _text(parameters: Mapping[str, Bare], name: str) -> str | None:
    value = parameters.get(name)
    if value is not None and type(value) is not str:
        raise SigningError("signing.parameter", parameter=name)
    return value
