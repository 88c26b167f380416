# SPDX-License-Identifier: Apache-2.0
"""What credentials are about: keys as people and papers write them, and as UNTP names them."""

from collections.abc import Collection, Iterable
from urllib.parse import quote, unquote

from sqlalchemy import Connection

from nguon.attesting.errors import AttestingError
from nguon.credentials.untp.model import Address, Facility, Named, Party, Product
from nguon.gs1 import IdentifierError, digital_link, parse
from nguon.identity.visibility import PUBLIC
from nguon.parties.keys import naming
from nguon.registry import queries
from nguon.registry.model import Organisation, Place
from nguon.store import Store
from nguon.store import party_keys as party_rows
from nguon.store import registry as registered

MOST = 200
_PLACES = ("414/", "vn-area:", "vn-pack:")
_ORGANISATION = "organisation/"
_GS1 = Named(id="https://id.gs1.org", name="GS1 Digital Link")
_REGISTER = "/r/place/"


def key_of(store: Store, text: str) -> str:
    """The key that a text means: a Digital Link, an element string, a key, a code of a place.

    Raises `AttestingError` (``attesting.about``, ``field`` about) where it is none of these.
    """
    found = _known(store, text.strip())
    if found is None:
        raise AttestingError("attesting.about", field="about", value=text.strip()[:80])
    return found


def keys_of(store: Store, texts: Iterable[str]) -> tuple[str, ...]:
    """Keys, each once, in their order; raises as `key_of`, and where there are too many."""
    found = tuple(dict.fromkeys(key_of(store, text) for text in texts if text.strip()))
    if len(found) > MOST:
        raise AttestingError("attesting.about-many", field="about", most=MOST)
    return found


def told_key(store: Store, address: str) -> str | None:
    """The key behind an address in a credential of somebody: None where it means nothing here."""
    party = party_of(store, address)
    if party is not None:
        with store.reading() as connection:
            number = organisation_of(connection, party)
        return None if number is None else f"{_ORGANISATION}{number}"
    return _known(store, address)


def party_of(store: Store, address: str) -> str | None:
    """The public name in the DID of a party of ours; None for all other addresses."""
    beginning = naming.did(store, "x")[:-1]
    return unquote(address.removeprefix(beginning)) if address.startswith(beginning) else None


def organisation_of(connection: Connection, party: str) -> int | None:
    """The organisation under a public name: of one that tells nothing, only where it has a key."""
    found = party_rows.keys(connection, "party", [party])
    if found:
        return int(found[0]["organisation"])
    return registered.organisation_ids(connection, [party]).get(party)


def party(store: Store, organisation: Organisation) -> Party:
    """An organisation as others may name it; a household by letters that tell nothing."""
    code = naming.called(store, organisation.id, organisation.code, organisation.kind)
    name = code if naming.is_opaque(code) else organisation.name.vi
    return Party(id=naming.did(store, code), name=name, country="VN")


def organisation(store: Store, number: int) -> Organisation:
    """A registered organisation; raises `AttestingError` (``attesting.unknown-party``)."""
    found = queries.organisation(store, PUBLIC, number)
    if found is None:
        raise AttestingError("attesting.unknown-party", field="holder")
    return found


def products(store: Store, keys: Collection[str]) -> list[Product]:
    """Goods behind item keys, named by the registered product."""
    classes = {key: key.partition("/10/")[0].partition("/21/")[0] for key in keys}
    known = queries.products(store, PUBLIC, set(classes.values()))
    made = []
    for key in keys:
        kind = known.get(classes[key])
        made.append(
            Product(
                id=digital_link(key),
                name=kind.name.vi if kind else key,
                scheme=_GS1,
                batch=_qualifier(key, "10"),
                item=_qualifier(key, "21"),
            )
        )
    return made


def facilities(store: Store, keys: Collection[str]) -> list[Facility]:
    """Places behind keys, named by the register."""
    known = {place.key: place for place in queries.places(store, PUBLIC, keys).values()}
    return [
        facility(store, known[key]) if key in known else Facility(id=place_id(store, key), name=key)
        for key in keys
    ]


def facility(store: Store, place: Place) -> Facility:
    """A registered place as the public may know it: no point of land where people live."""
    unit = place.unit
    address = Address(locality=unit.name if unit else "", region=unit.province.name if unit else "")
    return Facility(
        id=place_id(store, place.key),
        name=place.name.vi,
        registered_id=place.national_code,
        register=_GS1 if place.key.startswith("414/") else _register(store),
        address=address,
        point=None
        if place.latitude is None or place.longitude is None
        else (place.latitude, place.longitude),
    )


def place_id(store: Store, key: str) -> str:
    """The address of a place: its Digital Link, else its page."""
    if key.startswith("414/"):
        return digital_link(key)
    return f"{naming.base_of(store)}{_REGISTER}{quote(key, safe=':')}"


def is_place(key: str) -> bool:
    """Whether a key is one of a place."""
    return key.startswith(_PLACES)


def is_goods(key: str) -> bool:
    """Whether a key is one of a product, a lot or a piece."""
    return key.startswith(("01/", "00/"))


def _register(store: Store) -> Named:
    return Named(id=f"{naming.base_of(store)}/r", name="Register of places")


def _qualifier(key: str, ai: str) -> str | None:
    _, found, rest = key.partition(f"/{ai}/")
    return unquote(rest.partition("/")[0]) if found else None


def _known(store: Store, text: str) -> str | None:
    page = f"{naming.base_of(store)}{_REGISTER}"
    if text.startswith(page):
        text = unquote(text.removeprefix(page))
    if text.startswith(_PLACES[1:]) and len(text) < 80:
        return text
    try:
        key = parse(text).key
    except IdentifierError:
        return None
    return key if is_goods(key) or is_place(key) else None
