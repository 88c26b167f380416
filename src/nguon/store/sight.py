# SPDX-License-Identifier: Apache-2.0
"""What decisions on visibility are made with: whom they ask, and what is remembered of things."""

from dataclasses import dataclass, field

from nguon.store.dialects import Dialect
from nguon.store.hands import Known
from nguon.store.hooks import Hooks
from nguon.store.remembered import Remembered
from nguon.store.tail import Tail
from nguon.store.told import Tellings
from nguon.store.ways import Way


@dataclass(frozen=True, slots=True)
class Sight:
    """One for each open store."""

    dialect: Dialect
    hooks: Hooks
    hands: Known
    ways: Remembered[Way]
    told: Tellings = field(default_factory=Tellings)


def sight(dialect: Dialect, hooks: Hooks, tail: Tail) -> Sight:
    """Nothing is remembered yet; ``tail`` tells what the store itself writes."""
    return Sight(dialect, hooks, Remembered(tail), Remembered(tail))
