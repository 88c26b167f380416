# SPDX-License-Identifier: Apache-2.0
"""The pages of everyday entries: one form a sort, all going the same way."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from litestar import Request, Response, get, post

from nguon.base.time import HANOI
from nguon.codes import lots
from nguon.entries.desk import Desk
from nguon.entries.fields import Fields
from nguon.entries.forms import deliveries, field, house, shop
from nguon.entries.forms.common import Counter
from nguon.entries.model import Harvest, Pack, Receive, Sell, Ship, Withdraw
from nguon.registry.model import Place, PlaceKind
from nguon.web.auth import needs
from nguon.web.work.entries_flow import Kind, Read, show, take

_CAPTURE = needs("capture")


def _day(desk: Desk) -> date:
    return desk.now.astimezone(HANOI).date()


def _common(desk: Desk, places: Sequence[Place]) -> dict[str, str]:
    return {
        "day": f"{_day(desk):%d/%m/%Y}",
        "place": places[0].key if places else "",
    }


def _harvest(counter: Counter) -> Mapping[str, str]:
    desk = counter.desk
    last = _last(desk, Harvest)
    return {
        "day": f"{_day(desk):%d/%m/%Y}",
        "land": (last.plot or last.area) if last else "",
        "product": last.product if last else "",
        "lot": lots.following(last.lot if last else None, _day(desk), desk.taken),
    }


def _last(desk: Desk, kind: type[Any]) -> Any:
    return next(
        (e for form in desk.last.values() for e in form.entries if isinstance(e, kind)), None
    )


def _receive(counter: Counter) -> Mapping[str, str]:
    desk = counter.desk
    return _again(_common(desk, desk.houses or desk.places), _last(desk, Receive))


def _again(values: dict[str, str], last: Any) -> dict[str, str]:
    return values | {"place": last.place} if last is not None else values


def _pack(counter: Counter) -> Mapping[str, str]:
    desk = counter.desk
    last = _last(desk, Pack)
    output = last.outputs[0] if last else None
    offered = {
        "out-1": lots.following(output.lot if output else None, _day(desk), desk.taken, start="DG"),
        "product-1": output.product if output else _packed(desk),
    }
    return _again(_common(desk, desk.houses) | offered, last)


def _packed(desk: Desk) -> str:
    return next((product.key for product in desk.products if product.net_content), "")


def _ship(counter: Counter) -> Mapping[str, str]:
    desk = counter.desk
    last = _last(desk, Ship)
    values = _again(_common(desk, desk.houses or desk.places), last)
    names = {one.id: one.name.vi for one in desk.partners}
    if last is not None:
        values |= {"party": names.get(last.receiver, ""), "vehicle": last.vehicle or ""}
        values["market"] = last.market or ""
    return values


def _shop(kind: type[Any]) -> Any:
    def offer(counter: Counter) -> Mapping[str, str]:
        desk = counter.desk
        shops = sorted(desk.places, key=lambda place: place.kind is not PlaceKind.SHOP)
        return _again(_common(desk, shops), _last(desk, kind))

    return offer


def _read_sheet(fields: Fields, counter: Counter) -> Read:
    return deliveries.read(fields, counter.desk)


def _offer_sheet(counter: Counter) -> Mapping[str, str]:
    return deliveries.defaults(counter.desk)


DELIVERIES = Kind("deliveries", "work/entries/deliveries.html", _offer_sheet, _read_sheet)
HARVEST = Kind("harvest", "work/entries/harvest.html", _harvest, field.harvest)
RECEIVE = Kind("receive", "work/entries/receive.html", _receive, field.receive)
PACK = Kind("pack", "work/entries/pack.html", _pack, house.pack, goods=True)
SHIP = Kind("ship", "work/entries/ship.html", _ship, house.ship, goods=True)
SELL = Kind("sell", "work/entries/sell.html", _shop(Sell), shop.sell, goods=True)
WITHDRAW = Kind(
    "withdraw", "work/entries/withdraw.html", _shop(Withdraw), shop.withdraw, goods=True
)
KINDS = (DELIVERIES, HARVEST, RECEIVE, PACK, SHIP, SELL, WITHDRAW)


def _routes(kind: Kind) -> tuple[Any, Any]:
    async def form(request: Request[Any, Any, Any]) -> Response[bytes]:
        return await show(request, kind)

    async def sent(request: Request[Any, Any, Any]) -> Response[bytes]:
        return await take(request, kind)

    return (
        get(kind.path, name=f"{kind.name}-form", opt=dict(_CAPTURE), include_in_schema=False)(form),
        post(
            kind.path,
            name=f"{kind.name}-sent",
            opt=dict(_CAPTURE),
            include_in_schema=False,
            status_code=200,
        )(sent),
    )


ROUTES = tuple(route for kind in KINDS for route in _routes(kind))
