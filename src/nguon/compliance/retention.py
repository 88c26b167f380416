# SPDX-License-Identifier: Apache-2.0
"""How long records must be kept: the longest of the regimes that match; legal holds outlast it."""

import calendar
import tomllib
from collections.abc import Collection
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from nguon.compliance.grouping import Goods
from nguon.compliance.model import Market


class Since(StrEnum):
    """What the time runs from."""

    PRODUCTION = "production"
    EXPIRY = "expiry"


class Rule(msgspec.Struct, frozen=True, rename={"since": "from"}, forbid_unknown_fields=True):
    """One regime's rule; an empty part matches all goods."""

    regime: str
    months: int
    since: Since
    valid_from: date
    ministries: tuple[str, ...] = ()
    natures: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    markets: tuple[Market, ...] = ()
    with_expiry: bool | None = None


class Kept(msgspec.Struct, frozen=True):
    """Until which day records must be kept, and which regime asks for it."""

    until: date
    regime: str


@cache
def regimes() -> tuple[Rule, ...]:
    """All rules."""
    text = (files("nguon.compliance") / "retention.toml").read_text("utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["rule"], list[Rule]))


def kept_until(
    goods: Goods, made: date, expiry: date | None, markets: Collection[Market] = ()
) -> Kept | None:
    """Until when a lot's records must be kept; None where no regime matches. Pure."""
    matching = [rule for rule in regimes() if _matches(rule, goods, made, expiry, markets)]
    found = [Kept(_end(rule, made, expiry), rule.regime) for rule in matching]
    return max(found, key=lambda one: one.until, default=None)


def _matches(
    rule: Rule, goods: Goods, made: date, expiry: date | None, markets: Collection[Market]
) -> bool:
    return (
        rule.valid_from <= made
        and (not rule.ministries or goods.ministry in rule.ministries)
        and (not rule.natures or goods.nature in rule.natures)
        and (not rule.groups or not goods.groups.isdisjoint(rule.groups))
        and (not rule.markets or not set(rule.markets).isdisjoint(markets))
        and rule.with_expiry in {None, expiry is not None}
    )


def _end(rule: Rule, made: date, expiry: date | None) -> date:
    start = expiry if rule.since is Since.EXPIRY and expiry is not None else made
    month = start.month - 1 + rule.months
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
