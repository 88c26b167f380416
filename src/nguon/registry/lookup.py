# SPDX-License-Identifier: Apache-2.0
"""What the public may look up of an entry: what it is, whose, where, and what it stands as today.

A code's standing is that of its approval (the certificate with its number)
where one is registered, else the place's own. An approval past its last day
has expired, whatever the body said of it before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

import msgspec

from nguon.base.audience import Audience
from nguon.base.time import HANOI
from nguon.registry import history, queries
from nguon.registry.history import Standing, Status
from nguon.registry.model import (
    Certificate,
    Organisation,
    Place,
    PlaceKind,
    Product,
    Register,
    Scheme,
    Words,
)
from nguon.registry.search import Hit
from nguon.store import Store


class State(StrEnum):
    """What a reader is told of an entry: what a body said, or that its days are over."""

    DECLARED = "declared"
    WAITING = "waiting"
    APPROVED = "approved"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REFUSED = "refused"
    NOT_YET = "not-yet"


_STATES = {
    Status.DECLARED: State.DECLARED,
    Status.SUBMITTED: State.WAITING,
    Status.CHECKED: State.WAITING,
    Status.APPROVED: State.APPROVED,
    Status.SUSPENDED: State.SUSPENDED,
    Status.REVOKED: State.REVOKED,
    Status.REFUSED: State.REFUSED,
}


class Told(msgspec.Struct, frozen=True):
    """A state and the day since which it holds."""

    state: State
    since: date | None = None


class Approval(msgspec.Struct, frozen=True):
    """The approval behind an area or packing-house code, where one is registered."""

    told: Told
    paper: Certificate | None = None


Entry = Organisation | Place | Product | Certificate


class Card(msgspec.Struct, frozen=True):
    """An entry found: as its reader may see it, its state, and its holder, maker or owner."""

    hit: Hit
    entry: Entry
    told: Told
    holder: Words | None = None


def cards(store: Store, audience: Audience, hits: Sequence[Hit], at: datetime) -> list[Card]:
    """The entries of hits in their order; a statement or two for each register."""
    keys = {register: [h.key for h in hits if h.register is register] for register in Register}
    found: dict[tuple[Register, str], Entry] = {}
    found |= _keyed(
        Register.ORGANISATION,
        queries.organisations_by_code(store, audience, keys[Register.ORGANISATION]),
    )
    found |= _keyed(Register.PLACE, queries.places(store, audience, keys[Register.PLACE]))
    found |= _keyed(Register.PRODUCT, queries.products(store, audience, keys[Register.PRODUCT]))
    papers = queries.certificates_by_key(store, audience, keys[Register.CERTIFICATE])
    found |= _keyed(Register.CERTIFICATE, papers)
    names = queries.organisations(store, audience, filter(None, map(_holder, found.values())))
    places = [entry for entry in found.values() if isinstance(entry, Place)]
    states = {
        (Register.PLACE, k): a.told for k, a in approvals(store, audience, places, at).items()
    }
    for register in (Register.ORGANISATION, Register.PRODUCT, Register.CERTIFICATE):
        stood = history.standing(store, register, keys[register], at=at)
        for key, standing in stood.items():
            states[register, key] = _told(standing, papers.get(key), at)
    made = []
    for hit in hits:
        entry = found.get((hit.register, hit.key))
        if entry is not None:
            holder = names.get(_holder(entry) or 0)
            named = None if holder is None else holder.name
            made.append(Card(hit, entry, states[hit.register, hit.key], named))
    return made


def approvals(
    store: Store, audience: Audience, places: Iterable[Place], at: datetime
) -> dict[str, Approval]:
    """What the codes of places stand as, by place key."""
    asked = list(places)
    codes = {place.key: _code(place) for place in asked}
    wanted = [code for code in codes.values() if code is not None]
    papers = _papers(store, audience, asked)
    given = history.standing(store, Register.CERTIFICATE, wanted, at=at)
    own = history.standing(store, Register.PLACE, list(codes), at=at)
    found = {}
    for place in asked:
        code = codes[place.key]
        paper = papers.get(code) if code is not None else None
        standing = given.get(code) if code is not None else None
        if standing is None or (paper is None and standing.status is Status.DECLARED):
            standing = own[place.key]
        found[place.key] = Approval(_told(standing, paper, at), paper)
    return found


def _papers(store: Store, audience: Audience, places: Sequence[Place]) -> dict[str, Certificate]:
    """The approvals of places by the code that they give, in its comparable form."""
    held = queries.certificates(store, audience, places=[place.key for place in places])
    return {history.certificate_key(paper.scheme, paper.number): paper for paper in held}


_APPROVED_BY = {
    PlaceKind.PLANTING_AREA: Scheme.PLANTING_AREA,
    PlaceKind.PACKING_HOUSE: Scheme.PACKING_HOUSE,
}


def _code(place: Place) -> str | None:
    """The key of the approval that a place's national code is the number of."""
    scheme = _APPROVED_BY.get(place.kind)
    if place.key.startswith("vn-"):
        return history.code_key(place.key)
    if place.national_code is None or scheme is None:
        return None
    return history.certificate_key(scheme, place.national_code)


def _told(standing: Standing, paper: Certificate | None, at: datetime) -> Told:
    today = at.astimezone(HANOI).date()
    since = standing.valid_from.astimezone(HANOI).date() if standing.valid_from else None
    state = _STATES[standing.status]
    if paper is not None and state in (State.APPROVED, State.DECLARED):
        if paper.valid_to is not None and paper.valid_to < today:
            return Told(State.EXPIRED, paper.valid_to)
        if paper.valid_from is not None and today < paper.valid_from:
            return Told(State.NOT_YET, paper.valid_from)
    return Told(state, since)


def _holder(entry: Entry) -> int | None:
    match entry:
        case Place():
            return entry.holder
        case Product():
            return entry.maker
        case Certificate():
            return entry.organisation
        case Organisation():
            return None


def _keyed(register: Register, found: Mapping[str, Entry]) -> dict[tuple[Register, str], Entry]:
    return {(register, key): entry for key, entry in found.items()}
