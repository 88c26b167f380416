# SPDX-License-Identifier: Apache-2.0
"""UNTP documents made when they are asked for: passport, facility, identity, events.

They say what the public may know at that hour and last a week; they have no status entry,
because the next one says what has changed. Whoever speaks signs: the maker of a product, the
holder of a place, with the key that is kept here for it, else the platform, which says so.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from nguon.attesting import subjects
from nguon.attesting.errors import AttestingUnknownError
from nguon.attesting.queries import attestations_for
from nguon.attesting.signing import Keys, Signer, signer
from nguon.credentials import integrity, jwt
from nguon.credentials.heading import Heading
from nguon.credentials.untp import model as untp
from nguon.credentials.untp.adapters import Version, render
from nguon.identity.visibility import PUBLIC
from nguon.parties.enrolment.queries import anchor
from nguon.parties.keys import naming
from nguon.registry import queries
from nguon.registry.model import Place, Product
from nguon.store import Store

LASTS = timedelta(days=7)
JWT = "jwt"
_HS = untp.Named(id="https://www.wcoomd.org/hs", name="Harmonized System")
_NATIVE = untp.Named(id="urn:nguon:register:organisations", name="Register of organisations")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A document to be: its kind, its name, who speaks and what it tells."""

    kind: untp.Kind
    name: str
    path: str
    by: int
    subject: Any
    version: Version = Version.V0_7_0


def passport(store: Store, key: str, moment: datetime) -> Told:
    """The passport of a product, a lot or a piece, as the register and bodies tell it.

    Raises `AttestingUnknownError` where its product is not registered.
    """
    kind = key.partition("/10/")[0].partition("/21/")[0]
    product = queries.product(store, PUBLIC, kind)
    if product is None:
        raise AttestingUnknownError("attesting.unknown-product")
    maker = queries.organisation(store, PUBLIC, product.maker)
    places = queries.places_of(store, PUBLIC, product.maker)
    made = subjects.products(store, [key])[0]
    party = None if maker is None else subjects.party(store, maker)
    told = msgspec.structs.replace(
        made,
        description=product.description.vi if product.description else None,
        categories=_categories(product),
        country=product.origin or "VN",
        parties=() if party is None else (("manufacturer", party),),
        facility=_first(store, places, party),
        documents=_documents(store, key, product, moment),
    )
    return Told(
        kind=untp.Kind.PASSPORT,
        name=product.name.vi,
        path=f"passport/{key}",
        by=product.maker,
        subject=told,
    )


def facility(store: Store, key: str) -> Told:
    """The record of a registered place; raises `AttestingUnknownError`."""
    place = queries.place(store, PUBLIC, key)
    if place is None:
        raise AttestingUnknownError("attesting.unknown-place")
    holder = queries.organisation(store, PUBLIC, place.holder)
    told = subjects.facility(store, place)
    if holder is not None:
        told = msgspec.structs.replace(told, operator=subjects.party(store, holder))
    return Told(
        kind=untp.Kind.FACILITY,
        name=told.name,
        path=f"facility/{key}",
        by=place.holder,
        subject=told,
    )


def identity(store: Store, party: str, moment: datetime) -> Told:
    """The platform's word that a DID is that of an enrolled legal entity.

    Raises `AttestingUnknownError` where nobody enrolled is called so; households are not told.
    """
    with store.reading() as connection:
        number = subjects.organisation_of(connection, party)
    if number is None or naming.is_opaque(party):
        raise AttestingUnknownError("attesting.unknown-party")
    entity = anchor(store, number, moment)
    if entity is None:
        raise AttestingUnknownError("attesting.not-enrolled")
    told = untp.Identity(
        did=naming.did(store, party),
        name=entity.name,
        registered_id=entity.code,
        since=entity.since.date(),
        register=_NATIVE,
        registrar=untp.Party(id=naming.did(store, ""), name=_platform(store)),
    )
    return Told(
        kind=untp.Kind.IDENTITY,
        name=entity.name,
        path=f"identity/{party}",
        by=naming.OPERATOR,
        subject=told,
    )


def secured(
    store: Store, told: Told, keys: Keys, moment: datetime, form: str = JWT
) -> tuple[str, bytes]:
    """A document, signed: its media type and octets, the same for an hour.

    ``form`` is ``jwt``, else a proof by the suite of the key is put in.
    """
    who, speaker = _speaker(store, told, keys)
    hour = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    heading = Heading(
        id=f"{naming.base_of(store)}/api/v1/credentials/{told.path}",
        issuer=who.did,
        issuer_name=speaker,
        name=told.name,
        valid_from=hour,
        valid_until=hour + LASTS,
    )
    document = render(told.kind, heading, told.subject, told.version)
    if form == JWT:
        return jwt.MEDIA_TYPE, jwt.issue(document, who.key, who.kid).encode()
    proved = integrity.add_proof(document, who.key, who.method, hour)
    return "application/vc", msgspec.json.encode(proved)


def quantity(amount: Any, unit: str | None) -> tuple[float, str] | None:
    """An amount as UNTP has it: with its unit, or as pieces."""
    return None if amount is None else (float(amount), unit or "C62")


def _speaker(store: Store, told: Told, keys: Keys) -> tuple[Signer, str]:
    if told.by != naming.OPERATOR and keys(told.by) is not None:
        organisation = queries.organisation(store, PUBLIC, told.by)
        if organisation is not None:
            return signer(store, told.by, keys), subjects.party(store, organisation).name
    return signer(store, naming.OPERATOR, keys), _platform(store)


def _platform(store: Store) -> str:
    return naming.base_of(store).partition("://")[2]


def _categories(product: Product) -> tuple[untp.Category, ...]:
    if product.hs_code is None:
        return ()
    return (untp.Category(code=product.hs_code, name=product.crop or "HS", scheme=_HS),)


def _first(store: Store, places: Sequence[Place], party: untp.Party | None) -> untp.Facility:
    """Where it is made: the maker's first place, else the maker, whom UNTP asks to place."""
    if places:
        return subjects.facility(store, places[0])
    known = party or untp.Party(id=naming.did(store, ""), name=_platform(store))
    return untp.Facility(id=known.id, name=known.name)


def _documents(store: Store, key: str, product: Product, moment: datetime) -> tuple[untp.Link, ...]:
    """The credentials about it that stand, by their addresses."""
    found = attestations_for(
        store,
        items={key, product.key},
        organisations=[product.maker],
        products=[product.key],
        at=moment,
    )
    base, day = naming.base_of(store), moment.date()
    return tuple(
        untp.Link(url=f"{base}{path}", name=f"{one.scheme} {one.number}", sha256=one.digest or None)
        for one in found
        if one.good(day)
        for path in one.evidence
        if path.startswith("/")
    )
