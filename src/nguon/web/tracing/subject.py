# SPDX-License-Identifier: Apache-2.0
"""What an answer is about, as its head says it: name, product, code, and its public page."""

import msgspec

from nguon.trace.starting import StartKind, Starts
from nguon.web.formats import element_string
from nguon.web.tracing.words import Words


class Subject(msgspec.Struct, frozen=True):
    """``page`` is the address of its public page, empty where there is none; ``goods`` says that
    it is one item, lot or container, which can be held.
    """

    name: str
    product: str
    code: str
    page: str
    goods: bool


_GOODS = frozenset({StartKind.ITEM, StartKind.LOT, StartKind.UNIT})


def subject(starts: Starts, said: Words) -> Subject:
    """What a text named, in the reader's words."""
    key, kind = starts.key, starts.kind
    page = ""
    if kind is StartKind.PARTY:
        name = said.learn(parties=[key]).party(key)
    elif kind is StartKind.PLACE:
        name, page = said.learn(places=[key]).place(key), f"/r/place/{key}"
    else:
        name = said.learn([key]).name(key)
        if kind in _GOODS and not key.startswith("uri:"):
            page = f"/p/{key}"
    product = said.product(key) or ""
    code = element_string(key)
    return Subject(name, product, "" if code == name else code, page, kind in _GOODS)
