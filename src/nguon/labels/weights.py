# SPDX-License-Identifier: Apache-2.0
"""Net weight in a symbol: AI 3103, of trade items of variable measure (indicator digit 9) alone."""

from decimal import ROUND_HALF_UP, Decimal

from nguon.labels.errors import LabelError

NET_WEIGHT = "3103"
"""Kilograms with three decimals in six digits."""
_GRAM = Decimal("0.001")
_MOST = Decimal("999.999")


def variable(gtin: str) -> bool:
    """Whether each unit with this GTIN has a weight of its own (GS1 General Specifications 2.1)."""
    return gtin.startswith("9")


def net_weight(kilograms: Decimal, *, label: str) -> tuple[str, str]:
    """The element of a weight; raises LabelError where six digits do not hold it."""
    if not 0 < kilograms <= _MOST:
        raise LabelError("labels.weight", label=label, most=999)
    grams = kilograms.quantize(_GRAM, ROUND_HALF_UP)
    if not grams:
        raise LabelError("labels.weight", label=label, most=999)
    return NET_WEIGHT, f"{grams:.3f}".replace(".", "").zfill(6)
