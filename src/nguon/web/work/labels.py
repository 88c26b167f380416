# SPDX-License-Identifier: Apache-2.0
"""Labels of lots and pallets to print from an ordinary office printer: page or sheet, with a QR
code of the Digital Link that leads here.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

import msgspec
import zxingcpp
from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from nguon import gs1
from nguon.base.audience import Audience
from nguon.base.messages import Language, text
from nguon.base.quantity import Quantity
from nguon.entries import service
from nguon.entries.hand import lot_of, product_of
from nguon.gs1 import IdentifierError
from nguon.passport.journey import ilmd_of
from nguon.registry import queries
from nguon.registry.model import Organisation, Product
from nguon.store import Store
from nguon.tables.paper import PDF
from nguon.tables.stickers import ON_SHEET, Sticker, Symbol, pdf
from nguon.web.auth import needs, principal_of
from nguon.web.errors import NotFoundError
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.entries_words import amount, helpers
from nguon.web.work.files import download
from nguon.web.work.pages import work

SIZES = ("50x30", "70x50", "a4")
_NEAREST = 20
_DATES = {
    "harvest": ("harvestEndDate", "harvestDate"),
    "produced": ("productionDate",),
    "best-before": ("bestBeforeDate",),
}


class Label(msgspec.Struct, frozen=True):
    """What stands on a label."""

    item: str
    code: str
    link: str
    product: Product | None
    maker: Organisation | None
    quantity: Quantity | None
    dates: tuple[tuple[str, date], ...] = ()

    @property
    def pallet(self) -> bool:
        """Whether it is a pallet's."""
        return self.item.startswith("00/")


@get("/w/label/{key:path}", opt=dict(needs("capture")), include_in_schema=False)
async def label(
    request: Request[Any, Any, Any],
    key: FromPath[str],
    size: FromQuery[str] = "70x50",
    copies: FromQuery[int] = 1,
) -> Response[bytes]:
    """The label of a lot, piece or pallet that the organisation may see."""
    found = services(request.scope)
    try:
        item = gs1.parse(key.strip("/")).key
    except IdentifierError:
        raise NotFoundError("entries.unknown-label") from None
    audience = principal_of(request.scope).audience
    made = await asyncio.to_thread(_labels, found.store, audience, [item], found.base_url)
    return _page(request, made, size, copies, f"/w/label/{quote(item, safe='/')}")


@get("/w/labels/{number:int}", opt=dict(needs("capture")), include_in_schema=False)
async def labels(
    request: Request[Any, Any, Any], number: FromPath[int], size: FromQuery[str] = "70x50"
) -> Response[bytes]:
    """The labels of everything that a receipt made, one of each."""
    found, principal = services(request.scope), principal_of(request.scope)
    done = await asyncio.to_thread(service.receipt, found.store, principal.organisation, number)
    items = [] if done is None else [*done.lots, *done.pallets]
    made = await asyncio.to_thread(_labels, found.store, principal.audience, items, found.base_url)
    return _page(request, made, size, 1, f"/w/labels/{number}")


def _page(
    request: Request[Any, Any, Any], made: Sequence[Label], size: str, copies: int, path: str
) -> Response[bytes]:
    chosen = size if size in SIZES else "70x50"
    full = chosen == "a4" and len(made) == 1
    times = ON_SHEET if full else min(max(copies, 1), 100)
    if request.query_params.get("format") == "pdf":
        return _paper(made, chosen, times, negotiate(request.scope))
    return work(
        request,
        "work/entries/label.html",
        here="label",
        labels=[(one, _path(symbol(one.link))) for one in made],
        size=chosen,
        sizes=SIZES,
        copies=times,
        path=path,
        **helpers(negotiate(request.scope)),
    )


def _labels(store: Store, audience: Audience, items: Sequence[str], base_url: str) -> list[Label]:
    """The labels of items, in their order.

    Raises:
        NotFoundError: nothing is recorded of one of them that this reader may see.
    """
    found = store.events.by_items(audience, items, limit=_NEAREST * len(items)) if items else []
    by_item: dict[str, list[Any]] = {item: [] for item in items}
    for one in found:
        for key in {ref.key for ref in one.items}:
            if key in by_item:
                by_item[key].append(one)
    if not items or not all(by_item.values()):
        raise NotFoundError("entries.unknown-label")
    products = queries.products(store, audience, {product_of(item) for item in items})
    makers = queries.organisations(store, audience, {one.maker for one in products.values()})
    return [_label(item, by_item[item], products, makers, base_url) for item in items]


def _label(
    item: str,
    events: Sequence[Any],
    products: Mapping[str, Product],
    makers: Mapping[int, Organisation],
    base_url: str,
) -> Label:
    """The label of an item, from its newest events."""
    product = products.get(product_of(item))
    amounts = [
        ref.amount
        for one in reversed(events)
        for ref in one.items
        if ref.key == item and ref.amount
    ]
    return Label(
        item,
        item.partition("/")[2] if item.startswith("00/") else lot_of(item),
        gs1.digital_link(item, base_url),
        product,
        makers.get(product.maker) if product else None,
        amounts[0] if amounts else None,
        tuple(_dates([ilmd_of(one.event) for one in events])),
    )


def _dates(said: list[Any]) -> list[tuple[str, date]]:
    found = []
    for kind, names in _DATES.items():
        for name in names:
            value = next((one[key] for one in said for key in one if key.endswith(name)), None)
            day = _day(value)
            if day is not None:
                found.append((kind, day))
                break
    return found


def _day(value: Any) -> date | None:
    """The day that a record says; anything may stand there."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def symbol(link: str) -> Symbol:
    """The QR code of a link, as modules."""
    made = zxingcpp.create_barcode(link, zxingcpp.BarcodeFormat.QRCode)
    # zxing-cpp's Image has the buffer protocol, which its stubs do not say.
    image = memoryview(zxingcpp.write_barcode_to_image(made))  # type: ignore[arg-type]
    height, width = image.shape or (0, 0)
    runs = []
    for row in range(height):
        column = 0
        while column < width:
            end = column
            while end < width and image[row, end] == 0:
                end += 1
            if end > column:
                runs.append((row, column, end - column))
            column = end + 1
    return Symbol(width, tuple(runs))


def _path(made: Symbol) -> tuple[int, str]:
    """A symbol as an SVG path: its side, and the dark modules."""
    runs = (f"M{column} {row}h{length}v1h-{length}z" for row, column, length in made.runs)
    return made.side, "".join(runs)


def _paper(made: Sequence[Label], size: str, times: int, language: Language) -> Response[bytes]:
    """The labels as PDF, for a printer of labels or a sheet of them."""
    pieces = [Sticker(symbol(one.link), _lines(one, language)) for one in made]
    stickers = [one for one in pieces for _ in range(times)]
    title = text("entries.title-label", language)
    name = f"nhan-{re.sub('[^0-9A-Za-z]+', '-', made[0].code)}-{size}.pdf"
    return download(pdf(stickers, size, language, title=title), PDF, name)


def _lines(one: Label, language: Language) -> tuple[str, ...]:
    """What stands beside the symbol, as on the page."""
    kind = text("entries.pallet" if one.pallet else "entries.lot", language)
    lines = [one.product.name.in_language(language)] if one.product else []
    lines.append(f"{kind}: {one.code}")
    lines += [
        f"{text(f'entries.date-{name}', language)}: {day:%d/%m/%Y}" for name, day in one.dates
    ]
    lines += [amount(one.quantity, language)] if one.quantity else []
    lines += [one.maker.name.in_language(language)] if one.maker else []
    return tuple(lines)


ROUTES = (label, labels)
