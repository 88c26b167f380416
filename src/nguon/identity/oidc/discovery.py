# SPDX-License-Identifier: Apache-2.0
"""What providers say of themselves and their keys, remembered for a while.

Keys are asked for anew where a token names one that is not known, at most every
`AGAIN` seconds: who sends tokens with invented names cannot make us ask all day.
"""

import time
import warnings
from collections.abc import Mapping
from threading import Lock
from typing import Any

import msgspec
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from nguon.identity.oidc.asking import asked
from nguon.identity.oidc.config import reachable
from nguon.identity.oidc.errors import ProviderAwayError, ProviderError
from nguon.identity.oidc.model import Metadata, Provider

METADATA_FOR = 3600.0
KEYS_FOR = 600.0
AGAIN = 30.0
_MOST_KEYS = 50
Key = RSAKey | ECKey | OKPKey
_WELL_KNOWN = "/.well-known/openid-configuration"


class Known:
    """What is known of one provider."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, list[Key]] | None = None
        self._lock = Lock()

    def metadata(self) -> Metadata:
        """Its metadata.

        Raises:
            ProviderAwayError: it does not answer as a provider does.
            ProviderError: it says to be another issuer than was configured.
        """
        with self._lock:
            if self._metadata is None or time.monotonic() - self._metadata[0] > METADATA_FOR:
                self._metadata = time.monotonic(), self._asked()
            return self._metadata[1]

    def key(self, name: str | None, alg: str) -> Key:
        """The key that a token names; its only one that fits where it names none.

        Raises as `metadata` does; ``oidc.key`` where there is none.
        """
        uri = self.metadata().jwks_uri
        with self._lock:
            age = None if self._keys is None else time.monotonic() - self._keys[0]
            found = None if self._keys is None else _chosen(self._keys[1], name, alg)
            if age is None or age > KEYS_FOR or (found is None and age > AGAIN):
                self._keys = time.monotonic(), _keys(asked(uri))
                found = _chosen(self._keys[1], name, alg)
        if found is None:
            raise ProviderError("oidc.key")
        return found

    def _asked(self) -> Metadata:
        answer = asked(self.provider.issuer.rstrip("/") + _WELL_KNOWN)
        try:
            found = msgspec.convert(answer, Metadata)
        except msgspec.ValidationError as error:
            raise ProviderAwayError("oidc.metadata") from error
        if found.issuer != self.provider.issuer:
            raise ProviderError("oidc.issuer")
        needed = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
        if not all(map(reachable, needed)):
            raise ProviderAwayError("oidc.metadata")
        return found


def _keys(answer: Mapping[str, Any]) -> list[Key]:
    listed = answer.get("keys")
    if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
        raise ProviderAwayError("oidc.metadata")
    found = [_key(one) for one in listed if isinstance(one, dict)]
    return [one for one in found if one is not None]


def _key(jwk: dict[str, Any]) -> Key | None:
    """A key for signatures; None for what is none: shared secrets, short ones, unknown kinds."""
    if jwk.get("kty") not in {"RSA", "EC", "OKP"} or jwk.get("use", "sig") != "sig":
        return None
    public = {name: value for name, value in jwk.items() if name not in {"d", "p", "q"}}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SecurityWarning)
            found = JWKRegistry.import_key(public)
    except (JoseError, SecurityWarning, ValueError, TypeError, KeyError):
        return None
    return found if isinstance(found, RSAKey | ECKey | OKPKey) else None


def _chosen(keys: list[Key], name: str | None, alg: str) -> Key | None:
    fitting = [one for one in keys if one.key_type == _type_of(alg)]
    if name is None:
        return fitting[0] if len(fitting) == 1 else None
    return next((one for one in fitting if one.as_dict().get("kid") == name), None)


def _type_of(alg: str) -> str:
    if alg.startswith(("RS", "PS")):
        return "RSA"
    return "EC" if alg.startswith("ES") else "OKP"
