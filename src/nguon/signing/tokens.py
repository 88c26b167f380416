# SPDX-License-Identifier: Apache-2.0
"""A certificate on a USB token or HSM, used through the vendor's PKCS #11 library.

Needs the extra ``token`` (python-pkcs11), which is loaded only here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from nguon.signing.certified_keys import Scheme
from nguon.signing.errors import SigningError
from nguon.signing.hashing import digest_of


class TokenHolder:
    """A key that never leaves its token."""

    def __init__(self, key: Any, scheme: Scheme, certificate: bytes, chain: tuple[bytes, ...]):
        self._key = key
        self.scheme = scheme
        self.certificate = certificate
        self.chain = chain

    def sign(self, message: bytes) -> bytes:
        from pkcs11 import Mechanism

        if self.scheme is Scheme.RSA:
            return bytes(self._key.sign(message, mechanism=Mechanism.SHA256_RSA_PKCS))
        # Tokens know the plain mechanism everywhere, the one that hashes not.
        digest = digest_of("sha256", message)
        made = bytes(self._key.sign(digest, mechanism=Mechanism.ECDSA))
        half = len(made) // 2
        return encode_dss_signature(int.from_bytes(made[:half]), int.from_bytes(made[half:]))


@contextmanager
def holder_of_token(library: Path, pin: str, label: str | None = None) -> Iterator[TokenHolder]:
    """The signing key of a token (the one so labelled, where it has several).

    Raises `SigningError`: ``signing.token-support`` without the extra, ``signing.token``
    where the library, the token, its PIN or the key is refused.
    """
    try:
        import pkcs11
        from pkcs11 import exceptions
    except ImportError as error:
        raise SigningError("signing.token-support") from error
    try:
        token = pkcs11.lib(str(library)).get_token(**({"token_label": label} if label else {}))
        with token.open(user_pin=pin) as session:
            yield _holder(session)
    except (exceptions.PKCS11Error, RuntimeError) as error:
        raise SigningError("signing.token", reason=type(error).__name__) from error


def _holder(session: Any) -> TokenHolder:
    from pkcs11 import Attribute, KeyType, ObjectClass

    certificates = {
        bytes(each[Attribute.ID]): bytes(each[Attribute.VALUE])
        for each in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    }
    for key in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}):
        own = certificates.pop(bytes(key[Attribute.ID]), None)
        if own is not None:
            scheme = Scheme.RSA if key.key_type is KeyType.RSA else Scheme.ECDSA
            return TokenHolder(key, scheme, own, tuple(certificates.values()))
    raise SigningError("signing.token", reason="no key with a certificate")
