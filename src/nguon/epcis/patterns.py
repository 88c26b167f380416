# SPDX-License-Identifier: Apache-2.0
"""EPC patterns with wildcards (``urn:epc:idpat:sgtin:952123.*.*``) against canonical item keys.

A canonical key does not tell how long its company prefix is, so a pattern is
compared by the digits it fixes: every spelling of a matching EPC is found.
"""

import re
from dataclasses import dataclass

from nguon import gs1
from nguon.epcis.terms import term
from nguon.gs1.schemes import SCHEMES, Scheme

_PATTERN = re.compile(r"urn:epc:idpat:([a-z]+):(.+)", re.IGNORECASE)
_PREFIX = re.compile(r"[0-9]{6,12}")
_ANY = "*"


@dataclass(frozen=True, slots=True)
class EpcPattern:
    """What a pattern fixes of an instance's key and of a class's key.

    ``prefix_term`` preselects any match, if the company prefix is fixed; ``product`` is
    the key of the one product whose things match, if the pattern fixes that.
    """

    instance: re.Pattern[str]
    of_class: re.Pattern[str]
    prefix_term: int | None
    product: str | None

    def terms(self, fields: tuple[str, ...]) -> set[int] | None:
        """Index terms of which every event with a match in one of the fields has one."""
        if self.product is None:
            return None if self.prefix_term is None else {self.prefix_term}
        own = {term(field, self.product) for field in fields}
        return own | {term("member", self.product)}


def is_pattern(text: str) -> bool:
    """Whether a value of a MATCH parameter is a pattern with a wildcard."""
    return text.lower().startswith("urn:epc:idpat:") and text.endswith(_ANY)


def parse_pattern(text: str) -> EpcPattern | None:
    """The pattern, or None when it is none: wildcards stand only at the end, for whole fields."""
    match = _PATTERN.fullmatch(text)
    scheme = SCHEMES.get(match[1].lower()) if match else None
    if match is None or scheme is None:
        return None
    fields = match[2].split(".", scheme.fields - 1)
    fixed = fields[: fields.index(_ANY)] if _ANY in fields else fields
    if len(fields) != scheme.fields or any(field != _ANY for field in fields[len(fixed) :]):
        return None
    if not _is_sound(fixed, scheme):
        return None
    return _compiled(text, fixed, scheme)


def _is_sound(fixed: list[str], scheme: Scheme) -> bool:
    """Whether prefix and reference have digits that the scheme can hold."""
    if any(not field for field in fixed):
        return False
    if fixed and not _PREFIX.fullmatch(fixed[0]):
        return False
    if len(fixed) < 2 or not scheme.body:
        return True
    return fixed[1].isascii() and fixed[1].isdigit() and len(fixed[0] + fixed[1]) == scheme.body


def _compiled(text: str, fixed: list[str], scheme: Scheme) -> EpcPattern:
    pieces = "".join(
        re.escape(fixed[2 + at]) if len(fixed) > 2 + at else "[0-9]{2}"
        for at in range(scheme.pieces)
    )
    # Fields are only open from some place on, so an open pattern has an open serial.
    head = f"{scheme.ai}/{scheme.lead}{_number(fixed, scheme)}{pieces}"
    serial = ""
    if scheme.serial_inline:
        serial = ".+"
    elif scheme.serial_ai == "254":
        serial = "(?:/254/.+)?"
    elif scheme.serial_ai is not None:
        serial = f"/{scheme.serial_ai}/.+"
    of_class = serial if scheme.prefix == "class" or not scheme.has_serial else ""
    fixes_product = scheme.ai == "01" and len(fixed) > 1
    return EpcPattern(
        re.compile(head + serial),
        re.compile(head + of_class),
        term("companyPrefix", fixed[0]) if fixed else None,
        gs1.item_key(text) if fixes_product else None,
    )


def _number(fixed: list[str], scheme: Scheme) -> str:
    if not scheme.body:
        return re.escape("".join(fixed[:2])) + ("" if len(fixed) > 1 else "[^/]+")
    if not fixed:
        return f"[0-9]{{{scheme.body + 1}}}"
    prefix = fixed[0]
    if len(fixed) == 1:
        first = "[0-9]" if scheme.indicator_first else ""
        return f"{first}{prefix}[0-9]{{{scheme.body + 1 - len(first and '0') - len(prefix)}}}"
    reference = fixed[1]
    if scheme.indicator_first:
        return f"{reference[0]}{prefix}{reference[1:]}[0-9]"
    return f"{prefix}{reference}[0-9]"
