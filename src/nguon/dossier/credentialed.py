# SPDX-License-Identifier: Apache-2.0
"""Credentials of a package of evidence: who signed them, and how they stood when it was made."""

from datetime import datetime
from hashlib import sha256

from nguon.base.errors import NguonError
from nguon.credentials import did
from nguon.credentials.errors import CredentialError
from nguon.credentials.status import StatusList
from nguon.credentials.verifying import verified_list, verify
from nguon.dossier.findings import Code, Finding, fails, held, refused
from nguon.dossier.histories import Histories
from nguon.dossier.model import CredentialTold
from nguon.signing.keys import PublicKey


def judge(told: CredentialTold, keys: Histories, made: datetime) -> Finding:
    """Whether a credential is its issuer's and stood as is told."""
    if sha256(told.credential.encode()).hexdigest() != told.digest:
        return fails(Code.CREDENTIAL, "dossier.credential-other", issuer="–", standing="–")
    try:
        found = verify(
            told.credential,
            lambda method: _key(told, keys, method),
            lambda url: _list(told, keys, url, made),
            made,
        )
    except NguonError as error:
        return refused(Code.CREDENTIAL, error, issuer="–", standing=told.standing[:40])
    params = {"issuer": found.credential.issuer, "standing": found.standing.value}
    if found.standing != told.standing:
        params["told"] = told.standing[:40]
        return fails(Code.CREDENTIAL, "dossier.credential-standing", **params)
    return held(Code.CREDENTIAL, **params)


def _key(told: CredentialTold, keys: Histories, method: str) -> PublicKey:
    """The key of a method: one that the log binds to its subject, else one of his document."""
    known = keys.get(method.rpartition("#")[2])
    if known is not None and known.did == did.subject(method):
        return known.public
    document = told.document
    if document is None or document.get("id") != did.subject(method):
        raise CredentialError("credentials.key-unknown", kid=method[:160])
    return did.key_of(document, method)


def _list(told: CredentialTold, keys: Histories, url: str, made: datetime) -> StatusList | None:
    secured = told.statuses.get(url)
    if secured is None:
        return None
    return verified_list(secured, lambda method: _key(told, keys, method), url, made)
