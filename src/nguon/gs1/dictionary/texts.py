# SPDX-License-Identifier: Apache-2.0
"""Checks of letters and signs: percent-encoding, account numbers, positions in a row."""

import re

from nguon.gs1.characters import lost_percent
from nguon.gs1.dictionary.flaws import Check, Flaw
from nguon.gs1.dictionary.lists import country_letters

_LEAST_IBAN, _MOST_IBAN = 11, 34
_NOT_OF_IBAN = re.compile("[^0-9A-Z]")
_POSITION = re.compile("([0-9]+)/([0-9]+)")
_IMPORTER = re.compile(r"[0-9A-Za-z_\-]")


def _percent(part: str) -> Flaw | None:
    at = lost_percent(part)
    return None if at is None else Flaw("gs1.percent", at, min(at + 3, len(part)))


def _some_letter(part: str) -> Flaw | None:
    return Flaw("gs1.value.digits-only", 0, len(part)) if part.isdigit() else None


def _hyphen(part: str) -> Flaw | None:
    return None if part == "-" else Flaw("gs1.value.hyphen", 0, len(part))


def _importer(part: str) -> Flaw | None:
    return None if _IMPORTER.fullmatch(part) else Flaw("gs1.value.importer", 0, len(part))


def _iban(part: str) -> Flaw | None:
    """ISO 13616: country, two check digits, account; the whole modulo 97 is one."""
    if not _LEAST_IBAN <= len(part) <= _MOST_IBAN:
        return Flaw("gs1.value.iban-length", 0, len(part))
    if part[:2] not in country_letters():
        return Flaw("gs1.value.country", 0, 2)
    if stray := _NOT_OF_IBAN.search(part):
        return Flaw("gs1.value.iban-character", *stray.span())
    number = int("".join(str(int(character, 36)) for character in part[4:] + part[:4]))
    return None if number % 97 == 1 else Flaw("gs1.value.iban-check", 2, 4)


def _position(part: str) -> Flaw | None:
    """``2/3``: the second of three."""
    found = _POSITION.fullmatch(part)
    if found is None:
        return Flaw("gs1.value.position", 0, len(part))
    for group in (1, 2):
        if found[group][0] == "0":
            return Flaw("gs1.value.position-zero", *found.span(group))
    if int(found[1]) > int(found[2]):
        return Flaw("gs1.value.position-order", 0, len(part))
    return None


TEXT_CHECKS = {
    "hyphen": Check(_hyphen),
    "iban": Check(_iban),
    "importer-index": Check(_importer),
    "percent": Check(_percent),
    "position": Check(_position),
    "some-letter": Check(_some_letter),
}
