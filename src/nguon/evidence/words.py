# SPDX-License-Identifier: Apache-2.0
"""Findings in the words of the catalogues."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from nguon.base.messages import Language, hint, text
from nguon.base.time import HANOI
from nguon.evidence.findings import Finding

_ENDINGS = {True: "holds", False: "fails", None: "open"}


class Words(msgspec.Struct, frozen=True):
    """A finding for people; the reason and what to do are there where it does not hold."""

    text: str
    reason: str | None = None
    hint: str | None = None


def words(finding: Finding, language: Language) -> Words:
    """What a finding says."""
    params = _spelled(finding.params)
    said = text(f"evidence.{finding.code}.{_ENDINGS[finding.holds]}", language, **params)
    code = params.get("reason")
    if code is None:
        return Words(said)
    return Words(said, text(code, language, **params), hint(code, language, **params))


def _spelled(params: dict[str, Any]) -> dict[str, Any]:
    time = params.get("time")
    return params if time is None else {**params, "time": _moment(time)}


def _moment(time: int) -> str:
    """A cosignature's time may be any number of 64 bits."""
    try:
        return datetime.fromtimestamp(time, UTC).astimezone(HANOI).strftime("%d/%m/%Y %H:%M")
    except (ValueError, OverflowError, OSError):
        return str(time)
