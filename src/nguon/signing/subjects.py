# SPDX-License-Identifier: Apache-2.0
"""Whom a certificate names: the organisation and its tax code, nothing of a person.

Vietnamese certificates carry the code as ``MST:…`` in UID or serialNumber, or as ``VATVN-…``
or ``TINVN-…`` in organizationIdentifier (ETSI EN 319 412-1, 5.1.4). What else UID and
serialNumber hold (numbers of identity papers) is left out. Whether a code is well-formed is
judged by whoever knows tax codes.
"""

import re
from typing import Any

from nguon.signing.errors import CertificateError

_SHOWN = {
    "common_name",
    "organization_name",
    "organizational_unit_name",
    "country_name",
    "locality_name",
    "state_or_province_name",
}
_NUMBERED = {"user_id", "serial_number"}
_CODE = re.compile(r"\s*MST\s*[:=]\s*([0-9]{10}(?:-?[0-9]{3})?|[0-9]{12})\s*", re.IGNORECASE)
_IDENTIFIER = re.compile(r"(?:VAT|TIN)VN-([0-9]{10}(?:-?[0-9]{3})?|[0-9]{12})")


def told(name: Any) -> dict[str, str]:
    """The shown parts of a name (asn1crypto), several of a kind joined by `` · ``."""
    found: dict[str, list[str]] = {}
    for kind, value in _parts(name):
        if kind in _SHOWN:
            found.setdefault(kind, []).append(value)
    return {kind: " · ".join(values) for kind, values in found.items()}


def tax_code(name: Any) -> str | None:
    """The tax code in a subject as it is written there.

    Raises `CertificateError` (``signing.certificate-codes``) where it names two.
    """
    codes = set()
    for kind, value in _parts(name):
        pattern = _CODE if kind in _NUMBERED else _IDENTIFIER
        if kind in _NUMBERED or kind == "organization_identifier":
            match = pattern.fullmatch(value)
            codes |= {match[1]} if match else set()
    if len(codes) > 1:
        raise CertificateError("signing.certificate-codes")
    return codes.pop() if codes else None


def _parts(name: Any) -> list[tuple[str, str]]:
    return [
        (part["type"].native, str(part["value"].native))
        for several in name.chosen
        for part in several
    ]
