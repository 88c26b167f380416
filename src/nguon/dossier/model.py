# SPDX-License-Identifier: Apache-2.0
"""A package of evidence: a signed list of its parts, and the parts as text (docs/evidence.md).

Each part is JSON, or a file of its own, as text: its digest is of its octets in UTF-8, so that
nobody has to agree with anybody on how to write JSON before a digest can be compared.
"""

from hashlib import sha256
from typing import Annotated, Any

import msgspec

from nguon.base.base64url import url_text
from nguon.base.time import Moment

FORMAT = "nguon/evidence@v1"
MEDIA_TYPE = "application/json"
SUFFIX = ".nguon-evidence.json"
LIMIT = 40_000_000
"""Octets of a file."""
PARTS = 64
"""Parts of a file."""
TYPE = "nguon-evidence+jws"
"""The ``typ`` of the manifest's signature."""

PROOFS = "proofs/"
"""Begins the names of packages of proofs, one of each part of the log: ``proofs/1``."""
SIGNATURES, CLAIMS, CREDENTIALS = "signatures", "claims", "credentials"
HAND_OVERS, ACCESS, CASES = "hand-overs", "access", "cases"
KNOWN = (SIGNATURES, CLAIMS, CREDENTIALS, HAND_OVERS, ACCESS, CASES)

_Number = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]


class _Part(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Base of what stands in parts: no member is passed over."""


class Over(_Part, frozen=True, kw_only=True):
    """An entry whose event a signature is over: which event of the signed document it is.

    ``path`` shows a batch's event alone (RFC 6962 section 2.1.1), base64.
    """

    entry: str
    position: _Number
    path: tuple[str, ...] = ()


class Signed(_Part, frozen=True, kw_only=True):
    """A signature as it came, base64url; ``base`` is what it is over.

    ``form`` is ``http``, ``jws`` or ``batch``; of ``jws`` the base is its beginning, which the
    document follows in base64url. ``frame`` is what stood around the ``count``
    events of the signed document, one piece more than events; without it the document was
    the event.
    """

    kid: str
    form: str
    base: str
    signature: str
    over: tuple[Over, ...]
    count: _Number = 1
    custodial: bool = False
    frame: tuple[str, ...] = ()


class ClaimTold(_Part, frozen=True, kw_only=True):
    """A claim: its facts as rules read them, and the standing that they gave."""

    facts: dict[str, Any]
    standing: dict[str, Any]


class CredentialTold(_Part, frozen=True, kw_only=True):
    """A credential as it was secured, how it stood when the package was made, and by what.

    ``document`` is its issuer's DID document where the log has no key of his; ``statuses`` are
    the secured status lists by address.
    """

    credential: str
    standing: str
    digest: str
    """SHA-256 of its text, hexadecimal: as facts name it."""
    document: dict[str, Any] | None = None
    statuses: dict[str, str] = {}


class CaseStep(_Part, frozen=True, kw_only=True):
    """What happened in a case, and who did it: officer, party or system."""

    step: str
    side: str
    at: Moment


class CaseTold(_Part, frozen=True, kw_only=True):
    """A case about the item, its claims or their parties."""

    number: str
    state: str
    opened: Moment
    outcome: str = ""
    steps: tuple[CaseStep, ...] = ()


class Shown(_Part, frozen=True, kw_only=True):
    """Who was shown records, for whom it is told: one reader, one hour, one purpose."""

    reader: str
    kind: str
    what: str
    purpose: str
    first: Moment
    last: Moment
    count: int


class HandOverTold(_Part, frozen=True, kw_only=True):
    """What the other party of a hand-over answered, by the claim that it confirms."""

    claim: str
    by: str
    reference: str
    at: Moment
    agreed: bool | None = None
    signed: bool = False


class Manifest(_Part, frozen=True, kw_only=True):
    """What is signed: of which item, when and by whom, by which rules, of which parts."""

    format: str
    item: str
    made: Moment
    issuer: str
    rules: str
    parts: dict[str, str]
    """SHA-256 by name, base64url."""


class Dossier(msgspec.Struct, frozen=True):
    """A file as it came: the manifest's signature, and parts by name."""

    manifest: str
    parts: dict[str, str]

    def __bytes__(self) -> bytes:
        told = {"format": FORMAT, "manifest": self.manifest, "parts": self.parts}
        return msgspec.json.encode(told)


def digest_of(part: str) -> str:
    """How the manifest names the content of a part."""
    return url_text(sha256(part.encode()).digest())


def text_of(value: Any) -> str:
    """A part as JSON text."""
    return msgspec.json.encode(value).decode()
