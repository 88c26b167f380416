# SPDX-License-Identifier: Apache-2.0
"""Stopped goods on their way back: what strict keys may record, and what stays refused."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from nguon.capture.errors import RefusedEventsError
from nguon.capture.model import Limits
from nguon.capture.service import CaptureService
from nguon.recall import queries, service
from tests.integration.recall.people import World, decided, site_at

_LINK = "https://id.gs1.org/"
CENTRE, OTHER_SHOP = "414/9521505000018", "414/9521506000024"
FACTORY, FACTORY_STORE = "414/9520010000018", "414/9520010000025"
MAKER, DISTRIBUTOR = "417/9520010000001", "417/9521505000001"
SHOPS, NOBODY = "417/9521506000000", "417/9521599000000"
GATHERING = f"Gom về kho 9521506000024 (không phải 19520010000251) trước ngày mai. {_LINK}"
_CASES: dict[str, tuple[bool, dict[str, Any]]] = {
    "to the maker": (True, {"to": [MAKER]}),
    "to a place of the maker": (True, {"to": [FACTORY]}),
    "to the maker and his store": (True, {"to": [MAKER, FACTORY_STORE]}),
    "to a place in the instructions": (True, {"to": [OTHER_SHOP]}),
    "to a shop": (False, {"to": [SHOPS]}),
    "to the maker and a shop": (False, {"to": [MAKER, SHOPS]}),
    "to nobody known": (False, {"to": [NOBODY]}),
    "to nowhere": (False, {"to": []}),
    "from whom nobody told": (False, {"to": [MAKER], "source": NOBODY, "at": FACTORY}),
    "sold to the maker": (False, {"to": [MAKER], "step": "retail_selling"}),
}


def _event(carton: str, case: dict[str, Any]) -> bytes:
    when = datetime.now(UTC)
    place = {"id": _LINK + case.get("at", CENTRE)}
    kinds = {"414": "location", "417": "possessing_party"}
    to = [{"type": kinds[key[:3]], "destination": _LINK + key} for key in case["to"]]
    said = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": when.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "epcList": [_LINK + carton],
        "bizStep": case.get("step", "shipping"),
        "disposition": "in_transit",
        "readPoint": place,
        "sourceList": [
            {"type": "possessing_party", "source": _LINK + case.get("source", DISTRIBUTOR)}
        ],
    }
    return json.dumps(said | ({"destinationList": to} if to else {})).encode()


@contextmanager
def _capturing(goods: World) -> Iterator[CaptureService]:
    limits = Limits(body=1 << 20, events=10, whole=10, synchronous=1 << 20)
    capture = CaptureService(goods.store, goods.documents / "spool", limits, 0)
    yield capture
    capture.close()


def test_strict_keys_send_recalled_goods_back_and_nowhere_else(goods: World) -> None:
    case = decided(goods, instructions=GATHERING)
    site = site_at(goods, case.id, CENTRE)
    cartons = queries.things(goods.store, goods.officer, case.id, site=site, limit=40)
    strict = replace(goods.distributor, strict=True)
    with _capturing(goods) as capture:
        for carton, (name, (kept, said)) in zip(cartons, _CASES.items(), strict=False):
            before = goods.rows()["log"]
            body = _event(carton, said)
            if not kept:
                with pytest.raises(RefusedEventsError) as refused:
                    capture.event(strict, body)
                codes = [one.code for one in refused.value.faults]
                assert codes == ["capture.stopped"], name
                assert goods.rows()["log"] == before, name
                continue
            capturing = capture.event(strict, body)
            capturing.receipts.result(30)
            assert [one.code for one in capturing.warnings] == ["capture.stopped"], name
            assert goods.rows()["log"] == before + 1, name


def test_without_instructions_a_shop_is_not_where_goods_go(goods: World) -> None:
    case = decided(goods)
    site = site_at(goods, case.id, CENTRE)
    [carton, other] = queries.things(goods.store, goods.officer, case.id, site=site, limit=2)
    strict = replace(goods.distributor, strict=True)
    with _capturing(goods) as capture:
        with pytest.raises(RefusedEventsError):
            capture.event(strict, _event(carton, {"to": [OTHER_SHOP]}))
        capture.event(goods.distributor, _event(other, {"to": [SHOPS]})).receipts.result(30)
    again = queries.find(goods.store, goods.officer, case.id)
    assert service.find_again(goods.store, goods.officer, again.id).scope == again.scope + 1
