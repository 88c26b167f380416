# SPDX-License-Identifier: Apache-2.0
"""The signed list of a package's parts: by whose key, and whether the parts are those listed."""

from collections.abc import Iterator

from nguon.base.canonical_json import canonical
from nguon.base.errors import NguonError
from nguon.dossier.errors import DossierError
from nguon.dossier.findings import Code, Finding, fails, held, refused
from nguon.dossier.histories import Histories
from nguon.dossier.model import FORMAT, KNOWN, PROOFS, TYPE, Dossier, Manifest, digest_of
from nguon.dossier.reading import part, strict
from nguon.signing import jws
from nguon.signing.errors import SigningError

_HEADER = {"alg", "kid", "typ"}


def read_manifest(dossier: Dossier) -> tuple[Manifest, jws.Jws]:
    """The manifest, its signature not verified yet; raises `DossierError`.

    Its payload must be canonical JSON (RFC 8785), its header say what it is.
    """
    try:
        read = jws.read(dossier.manifest)
        told = strict(read.payload, "manifest")
        same = canonical(told) == read.payload
    except NguonError as error:
        raise DossierError("dossier.form", place="manifest") from error
    found = part(read.payload.decode(), Manifest, "manifest")
    header = read.header
    named = header.keys() == _HEADER and all(isinstance(each, str) for each in header.values())
    if not same or found.format != FORMAT or not named or header["typ"] != TYPE:
        raise DossierError("dossier.form", place="manifest")
    return found, read


def judge_issuer(manifest: Manifest, read: jws.Jws, keys: Histories) -> Finding:
    """Whether the operator of the log signed the list, with a key that the log binds to him.

    The operator's DID is that of the host itself; parties' have a path (did:web, 3.1).
    """
    did, _, kid = str(read.header.get("kid")).rpartition("#")
    params = {"issuer": manifest.issuer, "made": manifest.made, "item": manifest.item, "kid": kid}
    key = keys.get(kid)
    if key is None:
        return fails(Code.ISSUER, "dossier.key-unbound", **params)
    if not did == key.did == manifest.issuer or did.count(":") != 2:
        return fails(Code.ISSUER, "dossier.issuer-other", **params)
    if key.state(manifest.made) != "active":
        return fails(Code.ISSUER, "dossier.key-state", **params)
    try:
        read.verify(key.public)
    except SigningError as error:
        return refused(Code.ISSUER, error, **params)
    return held(Code.ISSUER, **params)


def judge_parts(manifest: Manifest, dossier: Dossier) -> Iterator[Finding]:
    """Whether each part is the one that was listed, and none is missing or added."""
    wrong = False
    for name in sorted(manifest.parts.keys() | dossier.parts.keys()):
        told, there = manifest.parts.get(name), dossier.parts.get(name)
        reason = None
        if there is None:
            reason = "dossier.part-missing"
        elif told is None or not (name in KNOWN or name.startswith(PROOFS)):
            reason = "dossier.part-unknown"
        elif digest_of(there) != told:
            reason = "dossier.part-differs"
        if reason is not None:
            wrong = True
            yield fails(Code.PART, reason, part=name[:80])
    if not wrong:
        yield held(Code.MANIFEST, count=len(manifest.parts))
