# SPDX-License-Identifier: Apache-2.0
"""How long records must be kept: the longest of the regimes that match, and legal holds."""

import calendar
import secrets
import tomllib
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec
from sqlalchemy import RowMapping

from nguon.base.time import from_microseconds, to_microseconds
from nguon.compliance import access
from nguon.compliance.errors import ComplianceError
from nguon.compliance.grouping import Goods
from nguon.compliance.model import Market
from nguon.identity.model import Principal
from nguon.store import Store
from nguon.store import compliance as rows
from nguon.store import compliance_tables as tables

_LONGEST = 200


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


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """An order to keep what concerns a key, until it is lifted."""

    id: str
    key: str
    body: str
    reason: str
    order_number: str
    begun: datetime


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


def held(store: Store, keys: Sequence[str]) -> dict[str, Hold]:
    """The oldest legal hold on each of these keys; keys without one are absent."""
    found: dict[str, Hold] = {}
    with store.reading() as connection:
        for row in rows.held(connection, keys):
            found.setdefault(row["key"], _hold(row))
    return found


def hold(
    store: Store, actor: Principal, key: str, *, body: str, reason: str, order_number: str
) -> Hold:
    """Order that what concerns a key be kept; for authorities."""
    if not access.may_supervise(actor):
        raise ComplianceError("compliance.only-authority")
    if not all(0 < len(text) <= _LONGEST for text in (body, reason, order_number)):
        raise ComplianceError("compliance.hold-incomplete")
    values = {
        "id": secrets.token_hex(8),
        "key": key,
        "body": body,
        "reason": reason,
        "order_number": order_number,
        "actor": actor.key_id,
        "begun": to_microseconds(datetime.now(UTC)),
    }
    with store.transaction() as connection:
        rows.add(connection, tables.legal_hold, [values])
        [row] = rows.rows(connection, tables.legal_hold, "id", [values["id"]])
        return _hold(row)


def release(store: Store, actor: Principal, number: str) -> None:
    """Lift a hold; lifting it twice changes nothing."""
    if not access.may_supervise(actor):
        raise ComplianceError("compliance.only-authority")
    lifted = {"released": to_microseconds(datetime.now(UTC)), "released_by": actor.key_id}
    with store.transaction() as connection:
        if rows.one(connection, tables.legal_hold, {"id": number, "released": None}) is not None:
            rows.change(connection, tables.legal_hold, {"id": number}, lifted)


def _hold(row: RowMapping) -> Hold:
    same = {name: row[name] for name in ("id", "key", "body", "reason", "order_number")}
    return Hold(begun=from_microseconds(row["begun"]), **same)


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
