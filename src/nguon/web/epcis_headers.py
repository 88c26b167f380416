# SPDX-License-Identifier: Apache-2.0
"""The headers of GS1's REST binding (EPCIS 2.0 section 12): versions, limits, forms, behaviour."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from nguon.capture.model import Behaviour, Limits
from nguon.web.errors import NotAcceptableError, RequestError
from nguon.web.languages import header

VERSIONS: Mapping[str, str] = {
    "GS1-EPCIS-Version": "2.0.0",
    "GS1-EPCIS-Min": "2.0.0",
    "GS1-EPCIS-Max": "2.0.0",
    "GS1-CBV-Version": "2.0.0",
    "GS1-CBV-Min": "2.0.0",
    "GS1-CBV-Max": "2.0.0",
}

_ANSWERS = frozenset({"application/json", "application/ld+json"})
_ANY = frozenset({"", "*/*", "application/*"})


class EpcFormat(StrEnum):
    """In which form identifiers are answered."""

    AS_SENT = "Never_Translates"
    DIGITAL_LINK = "Always_GS1_Digital_Link"
    URN = "Always_EPC_URN"


def limits_announced(limits: Limits) -> dict[str, str]:
    """What a client should know before it captures."""
    return {
        "GS1-EPCIS-Capture-Limit": str(limits.events),
        "GS1-EPCIS-Capture-File-Size-Limit": str(limits.body),
        "GS1-Capture-Error-Behaviour": "all",
    }


def behaviour(scope: Mapping[str, Any]) -> Behaviour:
    """What to do when one event of a document is refused; all or nothing unless told otherwise."""
    sent = header(scope, b"gs1-capture-error-behaviour")
    if sent is None:
        return Behaviour.ROLLBACK
    try:
        return Behaviour(sent.strip().lower())
    except ValueError:
        raise RequestError("web.behaviour", value=sent) from None


def epc_format(scope: Mapping[str, Any]) -> EpcFormat:
    """The form asked for; without a preference, as sent.

    Raises:
        RequestError: ``web.epc-format``, a value that the standard does not know.
    """
    sent = (header(scope, b"gs1-epc-format") or "No_Preference").strip()
    if sent == "No_Preference":
        return EpcFormat.AS_SENT
    try:
        return EpcFormat(sent)
    except ValueError:
        raise RequestError("web.epc-format", value=sent) from None


def check_versions(scope: Mapping[str, Any]) -> None:
    """Raises `NotAcceptableError` for a client that cannot read version 2.0 of either standard."""
    for standard in ("epcis", "cbv"):
        exact = header(scope, f"gs1-{standard}-version".encode())
        lowest = header(scope, f"gs1-{standard}-min".encode())
        highest = header(scope, f"gs1-{standard}-max".encode())
        if (
            (exact is not None and _version(exact)[:2] != (2, 0))
            or (lowest is not None and _version(lowest) > (2, 0, 0))
            or (highest is not None and _version(highest)[:2] < (2, 0))
        ):
            raise NotAcceptableError("web.version", standard=standard.upper())


def answer_type(scope: Mapping[str, Any]) -> str:
    """The media type of a JSON-LD answer that the client accepts.

    Raises:
        NotAcceptableError: ``web.not-acceptable``.
    """
    accepted = header(scope, b"accept") or "*/*"
    for part in accepted.split(","):
        media_type, _, weight = part.partition(";")
        name = media_type.strip().lower()
        if weight.strip().replace(" ", "") in {"q=0", "q=0.0"}:
            continue
        if name in _ANSWERS:
            return name
        if name in _ANY:
            return "application/json"
    raise NotAcceptableError("web.not-acceptable")


def _version(sent: str) -> tuple[int, ...]:
    parts = sent.strip().split(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise RequestError("web.version-form", value=sent)
    return (*map(int, parts), 0, 0)[:3]
