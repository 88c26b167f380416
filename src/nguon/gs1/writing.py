# SPDX-License-Identifier: Apache-2.0
"""From canonical item keys back to Digital Link URIs and EPC URNs."""

import re
from urllib.parse import unquote

from nguon.gs1.characters import uri_encoded, urn_encoded
from nguon.gs1.prefixes import prefix_length
from nguon.gs1.remembering import remembered
from nguon.gs1.schemes import SCHEMES, Scheme

CANONICAL_DOMAIN = "https://id.gs1.org"
OTHER = "uri:"

_PLAIN = re.compile(r"[0-9A-Za-z._/-]*")
_IS_KEY = re.compile(r"[0-9]{2,4}/")
_LEADING_DIGITS = re.compile(r"[0-9]*")
_GTIN_8 = "00000"
_BY_KEY = {(scheme.ai, scheme.serial_ai): scheme for scheme in SCHEMES.values()}
_FIRST_BY_KEY = {scheme.ai: scheme for scheme in reversed(SCHEMES.values())}


def digital_link(key: str, base: str = CANONICAL_DOMAIN) -> str:
    """The Digital Link URI of an item key; other keys give the URI that they are."""
    if not _IS_KEY.match(key):
        return key.removeprefix(OTHER)
    path = key if _PLAIN.fullmatch(key) else "/".join(map(uri_encoded, _fields(key)))
    return f"{base.rstrip('/')}/{path}"


def has_epc_form(key: str) -> bool:
    """Whether an EPC scheme exists for keys of this sort."""
    return _scheme(_fields(key)) is not None


@remembered
def epc_urn(key: str) -> str | None:
    """The EPC URN of an item key: ``id``, ``class`` or, for a class, ``idpat``.

    None where EPC has no form for the key or no company prefix length is known.
    A ``uri:`` key gives back its URI when that is an EPC URN.
    """
    if not _IS_KEY.match(key):
        uri = key.removeprefix(OTHER)
        return uri if uri.startswith("urn:epc:") else None
    fields = _fields(key)
    scheme = _scheme(fields)
    prefix = company_prefix(key)
    return None if scheme is None or prefix is None else _urn(scheme, fields, prefix)


@remembered
def company_prefix(key: str) -> str | None:
    """The GS1 Company Prefix inside an item key, or None when it is not known."""
    if not _IS_KEY.match(key):
        return None
    ai, value = _fields(key)[:2]
    scheme = _FIRST_BY_KEY.get(ai)
    number = value[(scheme.indicator_first or len(scheme.lead)) if scheme else 0 :]
    if ai in {"01", "8006"} and number.startswith(_GTIN_8):
        return number[:8]
    digits = _LEADING_DIGITS.match(number)
    length = prefix_length(digits.group()) if digits and digits.group() else None
    return number[:length] if length else None


def _fields(key: str) -> list[str]:
    fields = key.split("/")
    return [unquote(field, "latin-1") for field in fields] if "%" in key else fields


def _scheme(fields: list[str]) -> Scheme | None:
    if len(fields) > 2:
        return _BY_KEY.get((fields[0], fields[2]))
    return _FIRST_BY_KEY.get(fields[0])


def _urn(scheme: Scheme, fields: list[str], prefix: str) -> str | None:
    value = fields[1][len(scheme.lead) :]
    indicator = value[0] if scheme.indicator_first else ""
    value = value[len(indicator) :]
    end = scheme.body - len(indicator) if scheme.body else len(value)
    reference = indicator + value[len(prefix) : end]
    if not reference and not scheme.body:
        return None
    rest = value[end + 1 :]
    written = [prefix, urn_encoded(reference)]
    written += [rest[at : at + 2] for at in range(0, 2 * scheme.pieces, 2)]
    serial = fields[3] if len(fields) > 2 else rest if scheme.serial_inline else ""
    if scheme.has_serial:
        whole = "0" if scheme.ai == "414" else "*"
        written.append(urn_encoded(serial) if serial else whole)
    pattern = scheme.has_serial and not serial and scheme.ai != "414"
    return f"urn:epc:{'idpat' if pattern else scheme.prefix}:{scheme.name}:{'.'.join(written)}"
