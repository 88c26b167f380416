# SPDX-License-Identifier: Apache-2.0
"""Presentations: credentials that a holder shows together (VCDM 2.0, 4.13)."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from nguon.base.errors import Fault
from nguon.credentials.contexts import check_contexts
from nguon.credentials.errors import InvalidCredentialError
from nguon.credentials.model import Credential, check
from nguon.credentials.shapes import is_url, many, types_of

_ENVELOPED = "EnvelopedVerifiableCredential"
_DATA = re.compile(r"data:application/vc(?:-ld)?\+(?:jwt|sd-jwt|cose)(?:;base64url)?[,;](\S+)")


class Presentation(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown: credentials with their own proofs, and secured texts still to be read."""

    id: str | None
    holder: str | None
    credentials: tuple[Credential, ...]
    enveloped: tuple[str, ...]


def check_presentation(document: Mapping[str, Any]) -> Presentation:
    """The presentation in a document; raises `InvalidCredentialError` with every fault."""
    faults: list[Fault] = []
    types = types_of(document.get("type"))
    if types is None or "VerifiablePresentation" not in types:
        faults.append(Fault("/type", "credentials.type", {"wanted": "VerifiablePresentation"}))
    faults += check_contexts(document.get("@context"), types or ())
    for name in ("id", "holder"):
        value = document.get(name)
        found = value.get("id") if name == "holder" and isinstance(value, dict) else value
        if name in document and not is_url(found):
            faults.append(Fault(f"/{name}", "credentials.url", {"value": str(found)[:80]}))
    credentials, enveloped = _contents(document, faults)
    if faults:
        raise InvalidCredentialError(faults)
    holder = document.get("holder")
    return Presentation(
        id=document.get("id"),
        holder=holder["id"] if isinstance(holder, dict) else holder,
        credentials=tuple(credentials),
        enveloped=tuple(enveloped),
    )


def _contents(
    document: Mapping[str, Any], faults: list[Fault]
) -> tuple[list[Credential], list[str]]:
    credentials, enveloped = [], []
    for place, one in enumerate(many(document.get("verifiableCredential", []))):
        pointer = f"/verifiableCredential/{place}"
        if not isinstance(one, dict):
            faults.append(Fault(pointer, "credentials.enveloped"))
        elif _ENVELOPED in (types_of(one.get("type")) or ()):
            text = _DATA.fullmatch(str(one.get("id")))
            if text is None:
                faults.append(Fault(f"{pointer}/id", "credentials.enveloped"))
            else:
                enveloped.append(text[1])
        else:
            try:
                credentials.append(check(one))
            except InvalidCredentialError as error:
                faults += [
                    Fault(pointer + fault.pointer, fault.code, fault.params)
                    for fault in error.faults
                ]
    return credentials, enveloped
