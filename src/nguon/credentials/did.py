# SPDX-License-Identifier: Apache-2.0
"""Identifiers of parties: did:web with its document, and did:key that carries its key.

A document is made and read here; who fetches it is somebody else's business.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from nguon.credentials.errors import CredentialError
from nguon.credentials.shapes import many
from nguon.signing.errors import SigningError
from nguon.signing.keys import PublicKey, public_key, public_key_of_multikey

Resolve = Callable[[str], PublicKey]
"""The key that a DID URL of a verification method names; raises `CredentialError`."""
Documents = Callable[[str], Mapping[str, Any] | None]
"""The document of a DID; None where it is not known."""

_SEGMENT = r"(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+"
_WEB = re.compile(rf"did:web:({_SEGMENT})((?::{_SEGMENT})*)")
_CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/jwk/v1",
    "https://w3id.org/security/multikey/v1",
]


def web_did(base_url: str, code: str) -> str:
    """The DID of a party of the platform at an address: ``did:web:<host>:parties:<code>``."""
    host = quote(urlsplit(base_url).netloc, safe="")
    return f"did:web:{host}:parties:{quote(code, safe='')}"


def web_url(did: str) -> str:
    """Where a did:web keeps its document (did:web method, 3.2); raises `CredentialError`."""
    found = _WEB.fullmatch(did)
    if found is None:
        raise CredentialError("credentials.did", did=did[:120])
    host, path = unquote(found[1]), found[2].replace(":", "/")
    if not re.fullmatch(r"[A-Za-z0-9.-]+(?::\d{1,5})?", host) or ".." in unquote(path):
        raise CredentialError("credentials.did", did=did[:120])
    return f"https://{host}{path or '/.well-known'}/did.json"


def document(
    did: str, keys: Sequence[tuple[str, PublicKey]], *, also_known_as: Sequence[str] = ()
) -> dict[str, Any]:
    """The document of a DID with the keys that may assert for it, by fragment.

    Each key is there twice: as JWK under its fragment, for JOSE, and as Multikey under its
    own text, for Data Integrity.
    """
    methods: list[dict[str, Any]] = []
    for fragment, public in keys:
        methods.append(
            {
                "id": f"{did}#{fragment}",
                "type": "JsonWebKey",
                "controller": did,
                "publicKeyJwk": {**public.jwk(), "alg": str(public.algorithm), "kid": fragment},
            }
        )
        methods.append(
            {
                "id": f"{did}#{public.multikey()}",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": public.multikey(),
            }
        )
    names = [method["id"] for method in methods]
    made: dict[str, Any] = {"@context": list(_CONTEXTS), "id": did}
    if also_known_as:
        made["alsoKnownAs"] = list(also_known_as)
    return made | {"verificationMethod": methods, "assertionMethod": names, "authentication": names}


def key_did(public: PublicKey) -> str:
    """The did:key of a key."""
    return f"did:key:{public.multikey()}"


def subject(kid: str) -> str:
    """The DID of a DID URL."""
    return kid.partition("#")[0].partition("?")[0]


def key_of(document: Mapping[str, Any], kid: str, purpose: str = "assertionMethod") -> PublicKey:
    """The key that a document gives a DID URL for a purpose.

    Raises `CredentialError`: the document is another's, has no such method, keeps it for
    another controller or another purpose, or its key cannot be read.
    """
    did = subject(kid)
    if document.get("id") != did:
        raise CredentialError("credentials.did-document", did=did[:120])
    allowed = many(document.get(purpose, []))
    embedded = [one for one in allowed if isinstance(one, dict)]
    referred = {_absolute(one, did) for one in allowed if isinstance(one, str)}
    for method in [*many(document.get("verificationMethod", [])), *embedded]:
        if not isinstance(method, dict) or _absolute(str(method.get("id")), did) != kid:
            continue
        if kid not in referred and method not in embedded:
            break
        if method.get("controller") != did:
            break
        return _read(method, kid)
    raise CredentialError("credentials.key-unknown", kid=kid[:160])


def resolver(documents: Documents) -> Resolve:
    """How keys are found: in a did:key itself, else in the document of the DID."""

    def resolve(kid: str) -> PublicKey:
        did = subject(kid)
        if did.startswith("did:key:"):
            return _self_contained(did, kid)
        found = documents(did)
        if found is None:
            raise CredentialError("credentials.did-unknown", did=did[:120])
        return key_of(found, kid)

    return resolve


def _self_contained(did: str, kid: str) -> PublicKey:
    text = did.removeprefix("did:key:")
    if kid not in (did, f"{did}#{text}"):
        raise CredentialError("credentials.key-unknown", kid=kid[:160])
    return _tried(lambda: public_key_of_multikey(text), kid)


def _absolute(name: str, did: str) -> str:
    return did + name if name.startswith("#") else name


def _read(method: Mapping[str, Any], kid: str) -> PublicKey:
    jwk, multikey = method.get("publicKeyJwk"), method.get("publicKeyMultibase")
    if isinstance(jwk, dict):
        return _tried(lambda: public_key(jwk), kid)
    if isinstance(multikey, str):
        return _tried(lambda: public_key_of_multikey(multikey), kid)
    raise CredentialError("credentials.key-unknown", kid=kid[:160])


def _tried(read: Callable[[], PublicKey], kid: str) -> PublicKey:
    try:
        return read()
    except SigningError as error:
        raise CredentialError("credentials.key-unknown", kid=kid[:160]) from error
