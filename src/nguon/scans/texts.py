# SPDX-License-Identifier: Apache-2.0
"""What codes carry that are not about goods: payments, networks, contacts, papers, words.

Only as much is told as helps: a network's name but not its password, a payment's
bank but not its account. Of a personal paper nothing is repeated at all.
"""

import re
from enum import StrEnum
from typing import NamedTuple


class Sort(StrEnum):
    """What a text is."""

    PAYMENT = "payment"
    NETWORK = "network"
    CONTACT = "contact"
    TELEPHONE = "telephone"
    MESSAGE = "message"
    LETTER = "letter"
    PLACE = "place"
    DATE = "date"
    PERSON = "person"
    """A citizen's card: twelve digits, an older number, name, birth, sex, address."""
    SECRET = "secret"  # noqa: S105 - a sort of text
    """A key for one-time passwords."""
    WORDS = "words"


class Content(NamedTuple):
    """A text that is not about goods; ``told`` are the parts of it that may be shown."""

    sort: Sort
    told: tuple[tuple[str, str], ...] = ()


_STARTS = (
    ("wifi:", Sort.NETWORK),
    ("begin:vcard", Sort.CONTACT),
    ("mecard:", Sort.CONTACT),
    ("tel:", Sort.TELEPHONE),
    ("sms:", Sort.MESSAGE),
    ("smsto:", Sort.MESSAGE),
    ("mailto:", Sort.LETTER),
    ("matmsg:", Sort.LETTER),
    ("geo:", Sort.PLACE),
    ("begin:vevent", Sort.DATE),
    ("begin:vcalendar", Sort.DATE),
    ("otpauth:", Sort.SECRET),
    ("otpauth-migration:", Sort.SECRET),
)
_PERSON = re.compile(r"\d{12}\|(\d{9})?\|[^|]+\|\d{8}\|[^|]+\|[^|]+\|\d{8}.*")
_SSID = re.compile(r";S:((?:\\.|[^;\\])*)", re.IGNORECASE)
_NAPAS = "A000000727"
_LONGEST = 60


def content(text: str) -> Content:
    """What a text is; raises nothing, for any text is something."""
    plain = text.strip()
    lower = plain[:32].lower()
    for start, sort in _STARTS:
        if lower.startswith(start):
            return Content(sort, _told(sort, plain[len(start) :]))
    if _PERSON.fullmatch(plain):
        return Content(Sort.PERSON)
    fields = _fields(plain) if plain.startswith("000201") else None
    if fields is not None and "58" in fields:
        return Content(Sort.PAYMENT, _payment(fields))
    return Content(Sort.WORDS)


def _told(sort: Sort, rest: str) -> tuple[tuple[str, str], ...]:
    if sort is Sort.NETWORK:
        found = _SSID.search(f";{rest}")
        return (("network", found[1][:_LONGEST]),) if found else ()
    if sort in {Sort.TELEPHONE, Sort.MESSAGE}:
        return (("telephone", re.split("[:?]", rest)[0][:_LONGEST]),)
    return ()


def _payment(fields: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """EMV merchant-presented codes; Viet Nam's VietQR stands in field 38."""
    napas = next((field for field in fields.values() if field.startswith(f"0010{_NAPAS}")), None)
    told = [("scheme", "VietQR")] if napas else []
    told += [
        (name, fields[tag][:_LONGEST])
        for tag, name in (("59", "merchant"), ("54", "amount"))
        if fields.get(tag)
    ]
    return tuple(told)


def _fields(text: str) -> dict[str, str] | None:
    """Two digits of tag, two of length, then the value; None where it does not come out even."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if len(head) < 4 or not (head.isascii() and head.isdigit()):
            return None
        end = at + 4 + int(head[2:])
        if end > len(text):
            return None
        fields[head[:2]] = text[at + 4 : end]
        at = end
    return fields
