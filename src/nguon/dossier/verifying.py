# SPDX-License-Identifier: Apache-2.0
"""The verifier of packages of evidence: finding by finding, claim by claim, without a network.

The order is that of trust: the log is believed for its signatures, keys for the log, the list
of parts for the platform's key, signatures for their keys, claims for all of these. What only
the issuer says (entities, cases, access, answers) is told as his word.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from nguon.base.errors import NguonError
from nguon.dossier import claims, credentialed, histories, signatures
from nguon.dossier.errors import DossierError
from nguon.dossier.findings import AnyFinding, Code, Finding, fails, held, left_open, refused
from nguon.dossier.histories import Histories
from nguon.dossier.logged import Proved, entries_of
from nguon.dossier.manifest import judge_issuer, judge_parts, read_manifest
from nguon.dossier.model import (
    ACCESS,
    CASES,
    CLAIMS,
    CREDENTIALS,
    HAND_OVERS,
    PROOFS,
    SIGNATURES,
    CaseTold,
    ClaimTold,
    CredentialTold,
    Dossier,
    HandOverTold,
    Manifest,
    Shown,
    Signed,
)
from nguon.dossier.reading import part, read
from nguon.evidence.findings import Code as ProofCode
from nguon.evidence.reading import read_evidence
from nguon.evidence.verifying import Asked, judge
from nguon.transparency.judging import Clock
from nguon.transparency.policies import Policy

_T = TypeVar("_T")
_TOLD: dict[str, type[CaseTold | Shown | HandOverTold]] = {
    CASES: CaseTold,
    ACCESS: Shown,
    HAND_OVERS: HandOverTold,
}


class _Proofs(NamedTuple):
    """What the packages of proofs show."""

    findings: list[AnyFinding]
    entries: dict[str, Proved]
    keys: Histories


def verify(
    octets: bytes, policy: Policy, clock: Clock, asked: Asked | None = None
) -> tuple[AnyFinding, ...]:
    """What a package of evidence shows under a policy; raises `DossierError` for its form."""
    dossier = read(octets)
    manifest, jws = read_manifest(dossier)
    proofs = _proved(dossier, policy, clock, asked or Asked())
    found: list[AnyFinding] = [
        judge_issuer(manifest, jws, proofs.keys),
        *judge_parts(manifest, dossier),
        *proofs.findings,
        *(histories.judge_history(kid, proofs.keys) for kid in sorted(proofs.keys)),
    ]
    checked = _checked(dossier, proofs, found)
    found += _credentials(dossier, proofs, manifest)
    found += _claims(dossier, proofs, manifest, checked)
    found += _words(dossier)
    return tuple(found)


def _proved(dossier: Dossier, policy: Policy, clock: Clock, asked: Asked) -> _Proofs:
    found: list[AnyFinding] = []
    entries: dict[str, Proved] = {}
    whole: set[str] = set()
    for name in sorted(each for each in dossier.parts if each.startswith(PROOFS)):
        try:
            evidence = read_evidence(dossier.parts[name].encode())
            judged = judge(evidence, policy, clock, asked=asked)
            trusted = judged[0].holds is True
            entries.update(entries_of(evidence, trusted=trusted))
        except NguonError as error:
            found.append(refused(Code.PART, error, part=name))
            continue
        found += judged
        whole |= {
            str(one.params["item"])
            for one in judged
            if one.code is ProofCode.COMPLETE and one.holds
        }
    if not found:
        found.append(fails(Code.PART, "dossier.no-proofs", part=f"{PROOFS}…"))
    return _Proofs(found, entries, histories.histories_of(entries, whole))


def _checked(
    dossier: Dossier, proofs: _Proofs, found: list[AnyFinding]
) -> Mapping[str, signatures.Checked]:
    """The signatures by the entries that they cover; what is told of them goes to ``found``."""
    by_entry: dict[str, signatures.Checked] = {}
    try:
        for place, one in enumerate(_part(dossier, SIGNATURES, Signed)):
            checked = signatures.check(place, one, proofs.entries, proofs.keys)
            found.append(signatures.judge(checked, proofs.keys))
            by_entry.update(dict.fromkeys(checked.events, checked))
    except DossierError as error:
        found.append(refused(Code.PART, error, part=SIGNATURES))
    return by_entry


def _credentials(dossier: Dossier, proofs: _Proofs, manifest: Manifest) -> Iterator[Finding]:
    try:
        for one in _part(dossier, CREDENTIALS, CredentialTold):
            yield credentialed.judge(one, proofs.keys, manifest.made)
    except DossierError as error:
        yield refused(Code.PART, error, part=CREDENTIALS)


def _claims(
    dossier: Dossier,
    proofs: _Proofs,
    manifest: Manifest,
    checked: Mapping[str, signatures.Checked],
) -> Iterator[Finding]:
    basis = claims.Basis(proofs.entries, proofs.keys, checked, manifest.made, manifest.rules)
    try:
        told = _part(dossier, CLAIMS, ClaimTold)
    except DossierError as error:
        yield refused(Code.PART, error, part=CLAIMS)
        return
    for place, one in enumerate(told):
        yield claims.judge(place, one, basis)
    if not told:
        yield left_open(Code.PART, "dossier.no-claims", part=CLAIMS)


def _words(dossier: Dossier) -> Iterator[Finding]:
    """What rests on the issuer's word alone: that it is in its form, and how much there is."""
    for name, kind in _TOLD.items():
        try:
            told = _part(dossier, name, kind)
        except DossierError as error:
            yield refused(Code.PART, error, part=name)
            continue
        if told:
            yield held(Code.TOLD, part=name, count=len(told))


def _part(dossier: Dossier, name: str, kind: type[_T]) -> list[_T]:
    text = dossier.parts.get(name)
    return [] if text is None else part(text, list[kind], name)  # type: ignore[valid-type]
