# SPDX-License-Identifier: Apache-2.0
"""What a key is for, as people write it: read, checked and brought into one spelling."""

import re
from collections.abc import Iterable

from nguon.parties.keys.errors import PartyKeyError
from nguon.parties.keys.model import KeyScope

MOST = 100
"""Beginnings of keys, and places, each."""
_PREFIX = re.compile(r"[0-9]{4,12}|(?:[0-9]{2,4}/[!-.0-~]{2,48}(?:/[!-~]{1,60})?)")
_PLACE = re.compile(r"414/[0-9]{13}|vn-(?:area|pack):[!-~]{3,60}")


def scope(prefixes: Iterable[str] = (), places: Iterable[str] = ()) -> KeyScope:
    """What a key speaks for; raises `PartyKeyError` naming the part that cannot be."""
    return KeyScope(_read(prefixes, _PREFIX, "prefixes"), _read(places, _PLACE, "places"))


def _read(sent: Iterable[str], form: re.Pattern[str], field: str) -> tuple[str, ...]:
    words = sorted({word.strip() for word in sent} - {""})
    if len(words) > MOST:
        raise PartyKeyError("party-keys.scope-many", most=MOST, field=field)
    for word in words:
        if not form.fullmatch(word):
            raise PartyKeyError("party-keys.scope", value=word[:80], field=field)
    return tuple(words)
