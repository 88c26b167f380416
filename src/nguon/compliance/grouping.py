# SPDX-License-Identifier: Apache-2.0
"""Which groups goods belong to, which ministry manages them, how they keep; pure over a table."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from nguon.registry.crops import crops
from nguon.registry.model import Product

MINISTRIES = frozenset({"mae", "moit", "moh", "most", "moc", "mps", "mic"})
"""Ministries by the short names that the registers use."""


UNPACKED = "unpacked"
"""Fresh goods without a net content: weighed by the lot, without a package to label."""


class Goods(msgspec.Struct, frozen=True):
    """What rules ask of goods before they ask for data."""

    groups: frozenset[str] = frozenset()
    ministry: str | None = None
    nature: str | None = None
    """``fresh``, ``frozen`` or ``processed``."""
    risk: str | None = None
    """``low``, ``medium``, ``high``; None where nobody classified them."""


class _Group(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    hs: list[str]
    ministry: str | None = None
    nature: str | None = None


def names() -> frozenset[str]:
    """The names of all groups."""
    return frozenset({UNPACKED, *(group.id for group in _groups())})


def goods_of(product: Product | None) -> Goods:
    """What is known of a product; the register's own word on ministry and risk goes first."""
    if product is None:
        return Goods()
    known = by_code(product.hs_code or "")
    ministry = product.ministry or known.ministry
    loose = known.nature == "fresh" and not product.net_content
    groups = known.groups | {UNPACKED} if loose else known.groups
    return msgspec.structs.replace(known, groups=groups, ministry=ministry, risk=product.risk_group)


def crop_of(product: Product | None) -> str | None:
    """The crop that a product is of: the register's word, else the only one of its HS code."""
    if product is None or product.crop:
        return product.crop if product else None
    digits = (product.hs_code or "").replace(".", "")
    fitting = [crop for crop in crops().values() if crop.hs and digits.startswith(crop.hs)]
    return fitting[0].code if len(fitting) == 1 else None


@cache
def by_code(hs_code: str) -> Goods:
    """What the HS code alone says."""
    digits = hs_code.replace(".", "").replace(" ", "")
    groups: set[str] = set()
    best: dict[str, tuple[int, str]] = {}
    for group in _groups():
        length = max((len(p) for p in _prefixes(group) if digits.startswith(p)), default=0)
        if not length:
            continue
        groups.add(group.id)
        for part in ("ministry", "nature"):
            value = getattr(group, part)
            if value is not None and length > best.get(part, (0, ""))[0]:
                best[part] = (length, value)
    ministry, nature = (best.get(part, (0, None))[1] for part in ("ministry", "nature"))
    return Goods(frozenset(groups), ministry, nature)


def _prefixes(group: _Group) -> list[str]:
    return [prefix.replace(".", "") for prefix in group.hs]


@cache
def _groups() -> tuple[_Group, ...]:
    text = (files("nguon.compliance") / "groups.toml").read_text("utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["group"], list[_Group]))


_SECTORS = ("aquatic", "drug", "cosmetic", "industry-food", "health-food", "farm-goods")


def sector_of(product: Product | None, goods: Goods) -> str:
    """The sector that counts goods: that of their crop, else their widest group."""
    crop = crops().get(crop_of(product) or "")
    if crop is not None:
        return crop.sector
    return next((name for name in _SECTORS if name in goods.groups), "other")
