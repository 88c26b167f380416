# SPDX-License-Identifier: Apache-2.0
"""Labels of lots and pallets to print from an ordinary office printer: page or sheet, with a QR
code of the Digital Link that leads here.
"""

import asyncio
from datetime import date
from typing import Any
from urllib.parse import quote

import msgspec
import zxingcpp
from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from nguon import gs1
from nguon.base.audience import Audience
from nguon.base.quantity import Quantity
from nguon.entries.hand import lot_of, product_of
from nguon.gs1 import IdentifierError
from nguon.passport.journey import ilmd_of
from nguon.registry import queries
from nguon.registry.model import Organisation, Product
from nguon.store import Store
from nguon.web.auth import needs, principal_of
from nguon.web.errors import NotFoundError
from nguon.web.languages import negotiate
from nguon.web.services import services
from nguon.web.work.entries_words import helpers
from nguon.web.work.pages import work

SIZES = ("50x30", "70x50", "a4")
_ON_SHEET = 24
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
    made = await asyncio.to_thread(_label, found.store, audience, item, found.base_url)
    chosen = size if size in SIZES else "70x50"
    return work(
        request,
        "work/entries/label.html",
        here="label",
        label=made,
        size=chosen,
        sizes=SIZES,
        copies=_ON_SHEET if chosen == "a4" else min(max(copies, 1), 100),
        symbol=symbol(made.link),
        address=quote(made.item, safe="/"),
        **helpers(negotiate(request.scope)),
    )


def _label(store: Store, audience: Audience, item: str, base_url: str) -> Label:
    """The label of an item.

    Raises:
        NotFoundError: nothing is recorded of it that this reader may see.
    """
    events = store.events.by_items(audience, [item], limit=_NEAREST)
    if not events:
        raise NotFoundError("entries.unknown-label")
    product = queries.product(store, audience, product_of(item))
    maker = product and queries.organisation(store, audience, product.maker)
    said = [ilmd_of(one.event) for one in events]
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
        maker or None,
        amounts[0] if amounts else None,
        tuple(_dates(said)),
    )


def _dates(said: list[Any]) -> list[tuple[str, date]]:
    found = []
    for kind, names in _DATES.items():
        for name in names:
            value = next((one[key] for one in said for key in one if key.endswith(name)), None)
            if isinstance(value, str) and len(value) >= 10:
                found.append((kind, date.fromisoformat(value[:10])))
                break
    return found


def symbol(link: str) -> tuple[int, str]:
    """A QR code as an SVG path: its side in modules, quiet zone included, and the dark ones."""
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
                runs.append(f"M{column} {row}h{end - column}v1h-{end - column}z")
            column = end + 1
    return width, "".join(runs)


ROUTES = (label,)
