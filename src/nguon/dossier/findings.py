# SPDX-License-Identifier: Apache-2.0
"""What the verifier of packages of evidence answers, in its own words and those of proofs."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from nguon.base.errors import NguonError
from nguon.base.messages import Language, hint, text
from nguon.base.time import HANOI
from nguon.evidence import words as of_proofs
from nguon.evidence.findings import Finding as Proved
from nguon.evidence.words import Words

_ENDINGS = {True: "holds", False: "fails", None: "open"}


class Code(StrEnum):
    """What a finding is about; the words are in the catalogues under ``dossier.``."""

    MANIFEST = "manifest"
    ISSUER = "issuer"
    PART = "part"
    KEY = "key"
    SIGNATURE = "signature"
    CLAIM = "claim"
    CREDENTIAL = "credential"
    TOLD = "told"


class Finding(msgspec.Struct, frozen=True):
    """``holds`` is None for what was not shown; ``params`` fill the words.

    Where it does not hold they have ``reason``, the code of a message. A claim's have its
    ``claim`` (its id), ``about`` (its key) and ``stage``.
    """

    code: Code
    holds: bool | None
    params: dict[str, Any] = {}


AnyFinding: TypeAlias = Finding | Proved
"""A finding of ours, or one about the proofs inside."""


def held(code: Code, **params: Any) -> Finding:
    """It holds."""
    return Finding(code, True, params)


def fails(code: Code, reason: str, **params: Any) -> Finding:
    """It was shown and is wrong."""
    return Finding(code, False, {"reason": reason, **params})


def left_open(code: Code, reason: str, **params: Any) -> Finding:
    """It was not shown, or not checked."""
    return Finding(code, None, {"reason": reason, **params})


def refused(code: Code, error: NguonError, **params: Any) -> Finding:
    """It is wrong for the reason that an error gives."""
    return Finding(code, False, {"reason": error.code, **error.params, **params})


def failed(findings: Iterable[AnyFinding]) -> bool:
    """Whether anything fails, and so the whole."""
    return any(finding.holds is False for finding in findings)


def words(finding: AnyFinding, language: Language) -> Words:
    """What a finding says."""
    if isinstance(finding, Proved):
        return of_proofs.words(finding, language)
    params = dict(finding.params)
    if (made := params.get("made")) is not None:
        params["made"] = made.astimezone(HANOI).strftime("%d/%m/%Y %H:%M")
    said = text(f"dossier.{finding.code}.{_ENDINGS[finding.holds]}", language, **params)
    code = params.get("reason")
    if code is None:
        return Words(said)
    return Words(said, text(code, language, **params), hint(code, language, **params))
