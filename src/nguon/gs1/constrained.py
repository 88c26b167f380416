# SPDX-License-Identifier: Apache-2.0
"""The Digital Links that EPCIS takes as identifiers: the key at its finest level, nothing else.

EPCIS and CBV 2.0 section 8 ("constrained" subset): no query, no fragment, no closing
slash, no qualifier that is not part of the key, GTINs with 14 digits.
"""

from collections.abc import Collection

from nguon.gs1.digital_links import read_digital_link
from nguon.gs1.errors import IdentifierError
from nguon.gs1.identifier import Identifier
from nguon.gs1.keys import PRIMARY_KEYS, Level
from nguon.gs1.mode import Rigour

INSTANCES = frozenset({Level.INSTANCE, Level.DOCUMENT, Level.SHIPMENT})
"""What may stand in an ``epcList``."""

CLASSES = frozenset({Level.CLASS, Level.LOT})
"""What may stand in a ``quantityList``."""

PLACES = frozenset({Level.PLACE, Level.PARTY})
"""What may be a place, source or destination."""


def constrained(uri: str, levels: Collection[Level] | None = None) -> None:
    """Refuse what is no Digital Link of the constrained subset.

    ``levels`` are those that may stand where it is used, such as `INSTANCES`. Raises
    `IdentifierError` with the span of what is too much.
    """
    for sign, code in (("#", "gs1.constrained-fragment"), ("?", "gs1.constrained-query")):
        at = uri.find(sign)
        if at >= 0:
            raise IdentifierError(code, uri, at)
    found = read_digital_link(uri, Rigour.FULL)
    key = found.parts[0][0]
    finer = {each.ai for each in PRIMARY_KEYS[key].finer}
    for place, (ai, _) in enumerate(found.parts[1:], 1):
        if ai not in finer or len(found.parts) > 2:
            start = _place(uri, found, place)
            raise IdentifierError("gs1.constrained-qualifier", uri, start, start + len(ai), ai=ai)
    if levels is not None and found.level not in levels:
        start = _place(uri, found, 0)
        raise IdentifierError("gs1.constrained-level", uri, start, level=found.level.value)


def _place(uri: str, found: Identifier, place: int) -> int:
    """Where an application identifier of the path stands."""
    segments = uri.split("/")
    before = segments[: len(segments) - 2 * (len(found.parts) - place)]
    return sum(len(segment) + 1 for segment in before)
