# SPDX-License-Identifier: Apache-2.0
"""The rules of plausibility, one module a rule, and the digest that names this set of them."""

from datetime import date
from functools import cache
from hashlib import sha256

from nguon.base.canonical_json import canonical
from nguon.ladder import limits
from nguon.ladder.rule import Rule
from nguon.ladder.rules import (
    balance,
    certificate,
    clock,
    hand_over,
    issued_code,
    key_scope,
    order,
)

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            module.RULE
            for module in (balance, certificate, clock, hand_over, issued_code, key_scope, order)
        ),
        key=lambda rule: rule.id,
    )
)


@cache
def in_force(day: date) -> tuple[Rule, ...]:
    """The rules that judge on a day, of each the newest version."""
    newest: dict[str, Rule] = {}
    for rule in RULES:
        if rule.valid_from <= day and (
            rule.id not in newest or newest[rule.id].version < rule.version
        ):
            newest[rule.id] = rule
    return tuple(newest.values())


def digest() -> str:
    """SHA-256, hexadecimal, over names, versions, dates and sources of all rules, and their data.

    Canonical JSON (RFC 8785) of ``{"data": …, "rules": [{"id", "source", "valid_from",
    "version"} …]}``; dates as ``yyyy-mm-dd``.
    """
    told = {
        "rules": [
            {
                "id": rule.id,
                "version": rule.version,
                "valid_from": rule.valid_from.isoformat(),
                "source": rule.source,
            }
            for rule in RULES
        ],
        "data": {
            name: [
                {
                    key: str(value) if isinstance(value, date) else value
                    for key, value in row.items()
                }
                for row in rows
            ]
            for name, rows in limits.data().items()
        },
    }
    return sha256(canonical(told)).hexdigest()


RULES_DIGEST = digest()
