# SPDX-License-Identifier: Apache-2.0
"""What is asked of the ledger, parsed: codes, crops, markets, weights in their one form; pure."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from nguon.base.quantity import plain
from nguon.registry.ledger import goods
from nguon.registry.ledger.errors import LedgerError
from nguon.registry.ledger.model import Grant, Shown, Use
from nguon.vn.codes import CodeKind, item_key
from nguon.vn.errors import NationalCodeError

_MOST = Decimal(10) ** 9
_AHEAD = timedelta(days=1)
_GS1_KEY = re.compile(r"\d{2,4}/")


def code(text: str) -> str:
    """The item key of an area or packing-house code, from the key or the code as issued."""
    scheme, colon, issued = text.strip().partition(":")
    if _GS1_KEY.match(scheme):
        raise LedgerError("ledger.code-shape", text=text[:40])
    try:
        if colon:
            return item_key(CodeKind(scheme), issued)
        kind = CodeKind.PACK if "PH" in scheme.upper().rpartition("-")[0][-4:] else CodeKind.AREA
        return item_key(kind, scheme)
    except (NationalCodeError, ValueError) as error:
        raise LedgerError("ledger.code-shape", text=text[:40]) from error


def kilograms(amount: Decimal) -> Decimal:
    """A positive weight, to the gram."""
    fits = plain(amount) and 0 < amount <= _MOST
    if not fits or amount != amount.quantize(Decimal("0.001")):
        raise LedgerError("ledger.quantity", amount=str(amount)[:40])
    return amount


def reason(text: str | None) -> str:
    """Reasons that somebody can read."""
    given = (text or "").strip()
    if not given:
        raise LedgerError("ledger.reason-missing")
    return given[:2000]


def number(text: str) -> str:
    """A grant's number as people copy it."""
    return "".join(text.split()).upper()


def use(asked: Use, crop_of_product: str | None) -> Use:
    """A use in its one form; the crop is the one named, else the product's."""
    crop = goods.crop(asked.crop) if asked.crop else crop_of_product
    if not crop:
        raise LedgerError("ledger.crop-missing")
    if not asked.consignment.strip():
        raise LedgerError("ledger.consignment-missing")
    if not asked.market.strip():
        raise LedgerError("ledger.market-missing")
    if asked.used_at > datetime.now(UTC) + _AHEAD:
        raise LedgerError("ledger.used-in-future")
    return msgspec.structs.replace(
        asked,
        code=code(asked.code),
        crop=crop,
        market=goods.market(asked.market),
        quantity=kilograms(asked.quantity),
        used_at=asked.used_at.astimezone(UTC),
        consignment=asked.consignment.strip(),
        authorisation=number(asked.authorisation) if asked.authorisation else None,
        shown=None if asked.shown is None else _shown(asked.shown),
        reason=(asked.reason or "").strip()[:2000] or None,
    )


def grant(asked: Grant) -> Grant:
    """A grant in its one form."""
    if asked.valid_to < asked.valid_from:
        raise LedgerError("ledger.ends-before", valid_from=asked.valid_from)
    if not asked.crop.strip():
        raise LedgerError("ledger.crop-missing")
    if not asked.market.strip():
        raise LedgerError("ledger.market-missing")
    return msgspec.structs.replace(
        asked,
        code=code(asked.code),
        crop=goods.crop(asked.crop),
        market=goods.market(asked.market),
        quantity=kilograms(asked.quantity),
    )


def _shown(said: Shown) -> Shown:
    return msgspec.structs.replace(
        said,
        crop=None if said.crop is None else goods.crop(said.crop),
        market=None if said.market is None else goods.market(said.market),
    )
