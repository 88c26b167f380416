# SPDX-License-Identifier: Apache-2.0
"""The label checklist of a day: from the dated requirement data, each line with its clause.

The lines are our reading of the label rules (Decree 43/2017 with 111/2021, then chapter IV of
Decree 37/2026), as `nguon.compliance` has them.
"""

from datetime import date

from nguon.compliance.loader import instruments
from nguon.compliance.model import Force, Instrument, Requirement

_LABEL = "label-"


def of_day(day: date) -> list[tuple[Instrument, Requirement]]:
    """The lines of the label rules in force on a day, each field once, the newest rule's."""
    found: dict[str, tuple[Instrument, Requirement]] = {}
    for one in sorted(instruments(), key=lambda each: each.valid.start, reverse=True):
        if one.id.startswith(_LABEL) and one.force(day) is Force.IN_FORCE:
            for row in one.rows:
                found.setdefault(row.field, (one, row))
    return list(found.values())


def rules_of(day: date) -> frozenset[str]:
    """The names of the lines of a day."""
    return frozenset(row.id for _, row in of_day(day))
