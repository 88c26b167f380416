# SPDX-License-Identifier: Apache-2.0
"""What can be chosen to be printed: lots and pallets recorded lately, blocks with pieces left."""

import msgspec

from nguon.codes import queries as issued
from nguon.codes.model import Block
from nguon.entries.hand import lot_of, product_of
from nguon.entries.stock import recent
from nguon.identity.model import Principal
from nguon.registry import queries
from nguon.registry.model import Product
from nguon.store import Store

_LOTS = 20
_BLOCKS = 20


class Choice(msgspec.Struct, frozen=True):
    """A lot or pallet that was recorded lately."""

    item: str
    product: Product | None

    @property
    def code(self) -> str:
        """The lot number or SSCC."""
        return self.item.partition("/")[2] if self.pallet else lot_of(self.item)

    @property
    def pallet(self) -> bool:
        """Whether it is a logistic unit."""
        return self.item.startswith("00/")


class Choices(msgspec.Struct, frozen=True):
    """The newest first."""

    items: tuple[Choice, ...] = ()
    blocks: tuple[Block, ...] = ()


def choices(store: Store, principal: Principal) -> Choices:
    """What an organisation had in hand lately at its places, and its blocks; a few statements."""
    audience, own = principal.audience, principal.organisation
    places = [place.key for place in queries.places_of(store, audience, own)]
    items = recent(store, audience, places)[:_LOTS] if places else []
    keys = {product_of(item) for item in items if not item.startswith("00/")}
    products = queries.products(store, audience, keys) if keys else {}
    return Choices(
        tuple(Choice(item, products.get(product_of(item))) for item in items),
        tuple(issued.given(store, audience, of=own, limit=_BLOCKS)),
    )
