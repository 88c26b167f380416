# SPDX-License-Identifier: Apache-2.0
"""Listings: sellers and pieces with whole chains checked, alone and by the catalogue; in
processor time, over stored events.
"""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report import Row
from nguon.base.canonical_json import canonical
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.capture.writing import Origin
from nguon.codes import gtins, keyring, licences, pieces
from nguon.codes.blocks import order
from nguon.codes.model import LicenceAsked, LicenceKind, OrderAsked
from nguon.identity.accounts import sealing
from nguon.identity.model import Principal, Role, Scope
from nguon.identity.visibility import KeyKind
from nguon.listings import sellers, service
from nguon.listings.model import Asked
from nguon.listings.sellers import Registered
from nguon.parties.keys import custody
from nguon.registry.service import attach
from nguon.signing import jws
from nguon.signing.keys import Algorithm, generate
from nguon.store import Store, open_store
from nguon.store import codes as blocks
from nguon.store import registry as registers
from nguon.store import registry_tables as tables

PIECES = 2000
ALONE = 200
_AT_ONCE = 64
"""Checks that wait while the batch before is read."""
_DAY = "2026-08-01T08:0{}:00+07:00"
_MAKER, _SHOP, _OTHER, _MARKET = 11, 12, 13, 14
_OPERATOR = Principal(0, "operator", KeyKind.OPERATOR, Role.OPERATOR.scopes, strict=False)
_MARKETPLACE = Principal(_MARKET, "market", KeyKind.MEMBER, frozenset({Scope.MARKET}), strict=False)


def rows(name: str, url: str) -> Iterator[Row]:
    """One seller's single listings, a catalogue, and what signing alone takes."""
    with TemporaryDirectory() as folder, open_store(url) as store:
        asked = _goods(store, Path(folder))
        now = datetime.now(UTC)
        service.check(store, _MARKETPLACE, asked[:1], now)
        secret = generate(Algorithm.EDDSA)
        body = canonical({"listings": "x" * 1000})
        floor = _rate(lambda: [jws.sign(body, secret, {}) for _ in range(ALONE)], ALONE)
        catalogue = _rate(
            lambda: list(service.catalogue(store, _MARKETPLACE, asked, now)), len(asked)
        )
        yield Row(
            f"listings of a catalogue, {name}", catalogue, "listings/s", floor,
            "one signature over 1 kB each", "500 under one signature",
        )  # fmt: skip
        others = [Asked(one.seller, "01/09521303000012") for one in asked]
        rate = _rate(lambda: list(service.catalogue(store, _MARKETPLACE, others, now)), len(asked))
        yield Row(
            f"sellers of a catalogue, {name}", rate, "sellers/s", floor,
            "one signature over 1 kB each", "500 under one signature",
        )  # fmt: skip
        rate = _rate(lambda: _together(store, asked, now), len(asked))
        yield Row(
            f"single checks that come at once, {name}", rate, "listings/s", floor,
            "one signature over 1 kB each", "read together, each signed by itself",
        )  # fmt: skip
        some = asked[:ALONE]
        rate = _rate(lambda: [service.check(store, _MARKETPLACE, [x], now) for x in some], ALONE)
        yield Row(
            f"single checks one after the other, {name}", rate, "listings/s", floor,
            "one signature over 1 kB each", "each with its own statements",
        )  # fmt: skip


def _together(store: Store, asked: list[Asked], now: datetime) -> None:
    """As `nguon.web.listing_batches` does it under load."""
    for start in range(0, len(asked), _AT_ONCE):
        found = service.answered(store, _MARKET, asked[start : start + _AT_ONCE], now)
        for one in found:
            service.signed(store, _MARKET, (one,), now)


def _rate(work: Callable[[], object], count: int) -> float:
    best = 0.0
    for _ in range(3):
        begin = time.process_time()
        work()
        best = max(best, count / (time.process_time() - begin))
    return best


def _goods(store: Store, folder: Path) -> list[Asked]:
    """Pieces made, shipped and received; each listed by one of three sellers."""
    _parties(store, folder)
    days = {"valid_from": date(2024, 1, 1)}
    licence = LicenceAsked(kind=LicenceKind.PREFIX, value="952110100", source="x", **days)
    licences.declare(store, _OPERATOR, licence, organisation=_MAKER)
    maker = Principal(_MAKER, "maker", Role.MANAGER.kind, Role.MANAGER.scopes, strict=False)
    shop = Principal(_SHOP, "shop", Role.MANAGER.kind, Role.MANAGER.scopes, strict=False)
    gtin = gtins.allocate(store, maker, "Nhãn", "bench").gtin
    made = order(store, maker, OrderAsked(gtin=gtin, quantity=PIECES, request="bench"))
    with store.reading() as connection:
        [row] = blocks.blocks(connection, "id", [made.id])
    keys = [one.item for one in pieces.made(keyring.of(store), row, 0, PIECES)]
    limits = Limits(body=2**26, events=100_000, whole=100_000, synchronous=2**26)
    capture = CaptureService(store, folder / "spool", limits, workers=0)
    capture.document(_document(keys, 1, "commissioning"), Origin(maker))
    capture.document(_document(keys, 2, "shipping"), Origin(maker))
    capture.document(_document(keys, 3, "receiving"), Origin(shop))
    capture.close()
    names = [f"s-{number}" for number in (_MAKER, _SHOP, _OTHER)]
    return [Asked(names[place % 3], key) for place, key in enumerate(keys)]


def _parties(store: Store, folder: Path) -> None:
    attach(store)
    keyring.attach(store, folder / "codes.key")
    sealing.attach(store, folder / "accounts.key")
    custody.attach(store, folder / "parties.key")
    with store.transaction() as connection:
        for number in (_MAKER, _SHOP, _OTHER, _MARKET):
            values = {"id": number, "code": f"to-chuc-{number}", "kind": "enterprise"}
            values |= {"name_vi": f"{number}", "commune": "24490", "updated": 0}
            values |= {"gln": "9521102000008"} if number == _SHOP else {}
            registers.add(connection, tables.organisation, [values])
    given = [Registered(f"s-{one}", f"to-chuc-{one}") for one in (_MAKER, _SHOP, _OTHER)]
    sellers.register(store, _MARKETPLACE, _MARKETPLACE.audience, given)


def _document(keys: list[str], minute: int, step: str) -> bytes:
    """Twenty pieces to an event."""
    events = [
        {
            "type": "ObjectEvent",
            "eventTime": _DAY.format(minute),
            "eventTimeZoneOffset": "+07:00",
            "action": "ADD" if step == "commissioning" else "OBSERVE",
            "bizStep": step,
            "epcList": [f"https://id.gs1.org/{key}" for key in keys[start : start + 20]],
            "destinationList": [
                {"type": "possessing_party", "destination": "https://id.gs1.org/417/9521102000008"}
            ],
        }
        for start in range(0, len(keys), 20)
    ]
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-08-01T08:00:00Z",
            "epcisBody": {"eventList": events},
        }
    ).encode()
