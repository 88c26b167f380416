# SPDX-License-Identifier: Apache-2.0
"""What a verifier answers: findings that hold, fail, or stay open."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import msgspec

from nguon.base.errors import NguonError


class Code(StrEnum):
    """What a finding is about; the words are in the catalogues under ``evidence.``."""

    LOG_SIGNATURE = "log-signature"
    WITNESSES = "witnesses"
    FRESH = "fresh"
    INCLUSION = "inclusion"
    OPENING = "opening"
    EVENT = "event"
    MAP_LOGGED = "map-logged"
    COMPLETE = "complete"
    SUBJECT = "subject"
    ANCHOR = "anchor"
    ONE_MARK = "one-mark"


class Finding(msgspec.Struct, frozen=True):
    """``holds`` is None for what was not shown or not checked.

    ``params`` fill the words; where it does not hold they have ``reason``, the code of a
    message that they fill too.
    """

    code: Code
    holds: bool | None
    params: dict[str, Any] = {}


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


def failed(findings: Iterable[Finding]) -> bool:
    """Whether anything fails, and so the whole."""
    return any(finding.holds is False for finding in findings)
