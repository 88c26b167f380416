# SPDX-License-Identifier: Apache-2.0
"""A passport put together for one reader, from events and registers."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from nguon import gs1
from nguon.base.audience import Audience, Disclosure
from nguon.base.messages import Language
from nguon.base.time import HANOI, from_microseconds
from nguon.compliance.completeness import meter
from nguon.identity.visibility import PUBLIC
from nguon.passport import dates, journey
from nguon.passport.model import (
    Check,
    Code,
    Completeness,
    DateKind,
    LabelDate,
    Party,
    Passport,
    PlaceLine,
    Step,
    Unknown,
    Verdict,
)
from nguon.passport.naming import Naming
from nguon.passport.stages import completeness
from nguon.registry import queries
from nguon.registry.model import PlaceKind, Product
from nguon.store import Store
from nguon.trace import stages
from nguon.trace.itinerary import Relation
from nguon.trace.steps import is_lot, is_product
from nguon.trace.telling import Told, ilmd_of, place_key, records_of

_UNDONE = ("passport.check-entity", "passport.check-place", "passport.check-certificates")
_PACKING = frozenset({PlaceKind.PACKING_HOUSE, PlaceKind.FACTORY})


class Known(msgspec.Struct, frozen=True):
    """What a resolver must know of a key: its name, and whether events name it."""

    name: str | None
    recorded: bool


def passport(
    store: Store,
    key: str,
    language: Language,
    audience: Audience = PUBLIC,
    *,
    codes: Sequence[Code] = (),
    today: date | None = None,
    records: tuple[Sequence[Told], bool] | None = None,
) -> Passport | Unknown:
    """What a reader may read of an item.

    ``key`` is a canonical item key; ``codes`` the parts of the code as scanned,
    where they say more than the key (the lot of a serial number). A lot or
    piece is known when an event names it, a product when it is registered.
    ``records`` are the item's, where they are at hand.
    """
    kind = gs1.parse(key).kind.value
    shown = tuple(codes) or _codes_of(key)
    naming = Naming(store, audience, language)
    if records is None:
        records = ((), False) if is_product(key) else records_of(store, key, audience)
    told, truncated = records
    gtin = next((k for k in (key, *gs1.memberships(key)) if is_product(k)), None)
    packed = journey.packed(key, told) if gtin is None else ()
    inside = [found for one in packed if (found := naming.product(one))]
    contents = tuple(one for one, _ in inside)
    gtin = packed[0] if len(packed) == 1 else gtin
    product, maker = (gtin and naming.product(gtin)) or (None, None)
    naming.learn(
        {place for one in told if (place := place_key(one.stored)) is not None},
        {one.stored.submitter for one in told} | ({maker} if maker is not None else set()),
        makers={number for _, number in inside} | ({maker} if maker is not None else set()),
        partners={one.stored.submitter for one in told if one.stored.disclosure is Disclosure.FULL},
    )
    made_by = naming.party(maker) if maker is not None else None
    if not told and not (is_product(key) and product):
        return Unknown(key=key, kind=kind, codes=shown, product=product, maker=made_by)
    day = today or datetime.now(HANOI).date()
    told_of = _Told(tuple(told), truncated, day, frozenset(packed))
    bare = Passport(
        key=key,
        kind=kind,
        verdict=Verdict.RECORDED,
        checks=_checks(len(told)),
        codes=_with_lot(shown, told),
        product=product,
        contents=contents,
        maker=made_by,
    )
    filled = _filled(bare, told_of, naming, gtin, maker)
    legal = meter(store, audience, key, told) if told and not packed else None
    return msgspec.structs.replace(filled, legal=legal)


class _Told(NamedTuple):
    records: tuple[Told, ...]
    truncated: bool
    today: date
    inside: frozenset[str]
    """Products that a container was packed with."""


def _filled(
    bare: Passport, told_of: _Told, naming: Naming, gtin: str | None, maker: int | None
) -> Passport:
    """The passport with what its records say."""
    told = told_of.records
    steps = journey.steps(bare.key, told, naming)
    shown = journey.shortened(steps)
    label = dates.judged(_dates(told, told_of.inside), told_of.today)
    packer, packing_codes, packed_at = _packing(told, told_of.inside, naming)
    origin = journey.origins(told, naming)
    return msgspec.structs.replace(
        bare,
        lots=journey.lots_inside(told, told_of.inside),
        verdict=Verdict.EXPIRED if _expired(label) else Verdict.RECORDED,
        packer=packer,
        packing_codes=packing_codes,
        dates=label,
        origin=origin,
        area_codes=_area_codes(told, origin),
        standards=tuple(naming.standards(gtin, maker, packed_at)) if gtin else (),
        journey=shown,
        completeness=_completeness(steps) if steps else None,
        events=len(told),
        skipped=len(steps) - len(shown),
        truncated=told_of.truncated,
        recorded_at=_latest(told),
    )


def known(
    store: Store, keys: Collection[str], audience: Audience, *, recorded: Collection[str] = ()
) -> dict[str, Known]:
    """Which of these keys are known: products and places by the registers, all by events.

    ``recorded`` are keys that events are known to name: they are not looked for again.
    """
    names: dict[str, str] = {}
    for product_key, product in _products(store, audience, keys).items():
        names[product_key] = product.name.vi
    located = [key for key in keys if key.startswith(_LOCATED)]
    for located_key, place in queries.places(store, audience, located).items() if located else ():
        names[located_key] = place.name.vi
    names |= _parties(store, audience, [key for key in keys if key.startswith("417/")])
    found: dict[str, Known] = {}
    for key in keys:
        named = not is_product(key) and (
            key in recorded or bool(store.events.by_items(audience, [key], limit=1))
        )
        if named or key in names:
            found[key] = Known(names.get(key), named)
    return found


_LOCATED = ("414/", "vn-")


def _products(store: Store, audience: Audience, keys: Collection[str]) -> dict[str, Product]:
    asked = [key for key in keys if is_product(key)]
    return queries.products(store, audience, asked) if asked else {}


def _parties(store: Store, audience: Audience, keys: Sequence[str]) -> dict[str, str]:
    if not keys:
        return {}
    parties = queries.named_organisations(store, keys)
    organisations = queries.organisations(store, audience, parties.values())
    return {
        key: organisations[number].name.vi
        for key, number in parties.items()
        if number in organisations
    }


def _codes_of(key: str) -> tuple[Code, ...]:
    return tuple(Code(ai, value) for ai, value in gs1.parse(key).parts)


def _with_lot(codes: tuple[Code, ...], told: Sequence[Told]) -> tuple[Code, ...]:
    """The codes with the lot of a serial number, where its records name one lot."""
    if not {"01", "21"} <= {code.ai for code in codes} or any(code.ai == "10" for code in codes):
        return codes
    gtin = f"01/{codes[0].value}/10/"
    own = (one.stored for one in told if one.relation is Relation.OWN)
    lots = {i.key for stored in own for i in stored.items if is_lot(i.key)}
    mine = [gs1.parse(lot).parts[-1][1] for lot in lots if lot.startswith(gtin)]
    return (codes[0], Code("10", mine[0]), *codes[1:]) if len(mine) == 1 else codes


def _dates(told: Sequence[Told], inside: Collection[str]) -> tuple[LabelDate, ...]:
    """The dates of the thing's own records; of a container also those of its contents."""
    own, sources = [], []
    for relation, stored in told:
        content = relation is Relation.SOURCE and journey.about(stored, inside)
        if content or relation is Relation.OWN:
            own.append(ilmd_of(stored.event))
        elif relation is Relation.SOURCE:
            sources.append(ilmd_of(stored.event))
    return dates.label_dates(own, sources)


def _expired(label: Sequence[LabelDate]) -> bool:
    return any(entry.kind is DateKind.EXPIRES and entry.past for entry in label)


def _area_codes(told: Sequence[Told], origin: Sequence[PlaceLine]) -> tuple[str, ...]:
    read = (journey.area_code(one.stored) for one in told)
    own = (code for place in origin for code in place.national_codes)
    return tuple(dict.fromkeys(code for code in (*read, *own) if code))


def _checks(events: int) -> tuple[Check, ...]:
    done = [Check("passport.check-code", done=True)]
    if events:
        done.append(Check("passport.check-records", done=True, params={"count": events}))
    return (*done, *(Check(code, done=False) for code in _UNDONE))


def _packing(
    told: Sequence[Told], inside: Collection[str], naming: Naming
) -> tuple[Party | None, tuple[str, ...], set[str]]:
    """Who packed it, the codes of the packing places, and their keys.

    Where a packing is recorded, that place counts; else the houses that it went through.
    """
    packed: dict[str, None] = {}
    through: dict[str, None] = {}
    for relation, stored in told:
        key = place_key(stored)
        entry = naming.entry(key)
        content = relation is Relation.SOURCE and journey.about(stored, inside)
        if key is None or entry is None or not (content or relation is Relation.OWN):
            continue
        if stages.is_packing(getattr(stored.event, "biz_step", None)):
            packed[key] = None
        elif entry.kind in _PACKING:
            through[key] = None
    at = packed or through
    places = [place for key in at if (place := naming.place(key)) is not None]
    codes = dict.fromkeys(code for place in places for code in place.national_codes)
    packer = next((naming.holder(key) for key in at), None)
    return packer, tuple(codes), {*packed, *through}


def _completeness(steps: Sequence[Step]) -> Completeness:
    placeless = sum(record.place is None for step in steps for record in step.records)
    return completeness([step.stage for step in steps], placeless)


def _latest(told: Sequence[Told]) -> datetime | None:
    latest = max((one.stored.record_time for one in told), default=None)
    return None if latest is None else from_microseconds(latest).astimezone(HANOI)
