# SPDX-License-Identifier: Apache-2.0
"""What a text names: a thing by any of its keys, or an entry of the registers."""

from enum import StrEnum
from typing import NamedTuple

import msgspec

from nguon import gs1
from nguon.base.audience import Audience
from nguon.epcis.items import Role
from nguon.gs1 import Level
from nguon.registry import queries
from nguon.registry.bridge.queries import item_of
from nguon.registry.model import Certificate, Organisation, Scheme
from nguon.store import Store
from nguon.trace.errors import StartUnknownError
from nguon.trace.naming import is_lot, is_product

_LONGEST = 2_048
_MOST_PLACES = 200
"""Of a party so many places are looked at."""


class StartKind(StrEnum):
    """What a text names."""

    ITEM = "item"
    LOT = "lot"
    UNIT = "unit"
    PRODUCT = "product"
    PARTY = "party"
    PLACE = "place"
    AREA = "area"
    CERTIFICATE = "certificate"
    DOCUMENT = "document"


class Subject(msgspec.Struct, frozen=True):
    """``names`` are the keys by which records name it; ``cut``: there are more of them."""

    kind: StartKind
    key: str
    names: tuple[str, ...]
    cut: bool = False


class _Names(NamedTuple):
    """What records name something by, and whether there is more."""

    names: tuple[str, ...]
    cut: bool = False


_LEVELS = {
    Level.CLASS: StartKind.PRODUCT,
    Level.LOT: StartKind.LOT,
    Level.INSTANCE: StartKind.ITEM,
    Level.PLACE: StartKind.PLACE,
    Level.PARTY: StartKind.PARTY,
    Level.DOCUMENT: StartKind.DOCUMENT,
    Level.SHIPMENT: StartKind.DOCUMENT,
}
_ROLES = {
    Role.READ_POINT: StartKind.PLACE,
    Role.BIZ_LOCATION: StartKind.PLACE,
    Role.SOURCE: StartKind.PARTY,
    Role.DESTINATION: StartKind.PARTY,
    Role.TRANSFORMATION_ID: StartKind.DOCUMENT,
    Role.DOCUMENT: StartKind.DOCUMENT,
}
"""What a URI is by the part that it has in a record; elsewhere it is an item."""
_UNITS = ("00/", "8003/", "8004/")


def named(store: Store, audience: Audience, text: str) -> Subject:
    """What a text names, for this reader.

    GS1 keys in every form, keys as answers show them, national codes, codes of
    organisations, certificate numbers (or ``scheme/number``), names that other systems
    gave an item, URIs of whatever records name. Raises as `nguon.trace.starting.starts`.
    """
    asked = text.strip()
    if len(asked) > _LONGEST:
        raise StartUnknownError("trace.unknown-start", text=asked[:80])
    asked = asked.removeprefix("uri:")
    try:
        found = gs1.parse(asked)
    except gs1.IdentifierError as error:
        other = _other(store, audience, asked) if asked and asked.isprintable() else None
        if other is not None:
            return other
        if asked and error.code == "gs1.not-identifier":
            raise StartUnknownError("trace.unknown-start", text=asked[:80]) from error
        raise
    kind = _LEVELS[found.level]
    if kind is StartKind.ITEM and found.key.startswith(_UNITS):
        kind = StartKind.UNIT
    if kind is StartKind.PLACE:
        return _place(store, audience, found.key)
    if kind is StartKind.PARTY:
        return _party(store, audience, found.key)
    return Subject(kind, found.key, (found.key,))


def _other(store: Store, audience: Audience, text: str) -> Subject | None:
    """What is no GS1 key: an entry of a register, a foreign name, a URI of the records."""
    return (
        _area(store, audience, text)
        or _organisation(store, audience, text)
        or _certificate(store, audience, text)
        or _foreign(store, audience, text)
        or _recorded(store, audience, text)
    )


def _area(store: Store, audience: Audience, text: str) -> Subject | None:
    for kind in ("vn-area:", "vn-pack:"):
        key = gs1.item_key(kind + text)
        if key.startswith(kind) and queries.place(store, audience, key) is not None:
            return _place(store, audience, key)
    return None


def _place(store: Store, audience: Audience, key: str) -> Subject:
    """A place by its key and by its national code: records may name it by either."""
    place = queries.place(store, audience, key)
    names = [key]
    if place is not None:
        names.append(place.key)
        if place.national_code is not None and place.key.startswith("414/"):
            names += [
                code
                for kind in ("vn-area:", "vn-pack:")
                if (code := gs1.item_key(kind + place.national_code)).startswith(kind)
            ]
    kind = StartKind.AREA if key.startswith("vn-area:") else StartKind.PLACE
    return Subject(kind, key, tuple(dict.fromkeys(names)))


def _party(store: Store, audience: Audience, key: str) -> Subject:
    """A party by its number and by the places that it holds."""
    number = queries.named_organisations(store, [key]).get(key)
    found = None if number is None else queries.organisation(store, audience, number)
    known = _Names((key,)) if found is None else _names(store, audience, found)
    return Subject(StartKind.PARTY, key, tuple(dict.fromkeys((key, *known.names))), known.cut)


def _names(store: Store, audience: Audience, organisation: Organisation) -> _Names:
    places = queries.places_of(store, audience, organisation.id)
    own = () if organisation.gln is None else (f"417/{organisation.gln}",)
    names = (*own, *(place.key for place in places[:_MOST_PLACES]))
    return _Names(names, len(places) > _MOST_PLACES)


def _organisation(store: Store, audience: Audience, text: str) -> Subject | None:
    found = queries.organisation_by_code(store, audience, text)
    if found is None:
        return None
    names, cut = _names(store, audience, found)
    return Subject(StartKind.PARTY, names[0] if names else text, names, cut)


def _certificate(store: Store, audience: Audience, text: str) -> Subject | None:
    keys = [text, *(f"{scheme}/{text}" for scheme in Scheme)]
    found = queries.certificates_by_key(store, audience, keys)
    if not found:
        return None
    key, certificate = next(iter(found.items()))
    return Subject(StartKind.CERTIFICATE, key, *_held(store, audience, certificate))


def _held(store: Store, audience: Audience, certificate: Certificate) -> _Names:
    """What a certificate is about, as records name it."""
    if certificate.product is not None:
        return _Names((certificate.product,))
    if certificate.place is not None:
        return _Names(_place(store, audience, certificate.place).names)
    if certificate.organisation is None:
        return _Names(())
    holder = queries.organisation(store, audience, certificate.organisation)
    return _Names(()) if holder is None else _names(store, audience, holder)


def _foreign(store: Store, audience: Audience, text: str) -> Subject | None:
    key = item_of(store, audience, text)
    if key is None:
        return None
    return Subject(StartKind.LOT if is_lot(key) else StartKind.ITEM, key, (key,))


def _recorded(store: Store, audience: Audience, text: str) -> Subject | None:
    """A URI that records name as it is, among them malformed keys."""
    key = gs1.item_key(text)
    seen = store.events.by_items(audience, [key], limit=1)
    if not seen:
        return None
    if is_lot(key):
        return Subject(StartKind.LOT, key, (key,))
    if is_product(key):
        return Subject(StartKind.PRODUCT, key, (key,))
    roles = {item.role for item in seen[0].items if item.key == key}
    kind = next((_ROLES[role] for role in sorted(roles) if role in _ROLES), StartKind.ITEM)
    return Subject(kind, key, (key,))
