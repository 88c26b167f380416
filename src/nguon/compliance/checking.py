# SPDX-License-Identifier: Apache-2.0
"""What makes an instrument contradict itself; pure but for the group and duty names it knows."""

from collections import Counter
from collections.abc import Iterator

from nguon.base.errors import Fault
from nguon.compliance import grouping
from nguon.compliance.model import Instrument, Interval, Scope


def faults_of(entry: Instrument) -> list[Fault]:
    """Every fault of one instrument."""
    at = f"/{entry.id}"
    found = [*_times(entry, at), *_scopes(entry, at)]
    for field, count in Counter(row.field for row in entry.rows).items():
        if count > 1:
            found.append(Fault(at, "compliance.field-twice", {"field": field}))
    if not entry.rows:
        found.append(Fault(at, "compliance.no-rows"))
    return found


def _times(entry: Instrument, at: str) -> Iterator[Fault]:
    if _backwards(entry.valid):
        yield Fault(f"{at}/valid_to", "compliance.ends-before-start")
    for number, pause in enumerate(entry.suspended):
        if _backwards(pause) or not _within(pause, entry.valid):
            yield Fault(f"{at}/suspended/{number}", "compliance.outside-validity")
    for first, second in zip(entry.suspended, entry.suspended[1:], strict=False):
        if first.end is None or second.start <= first.end:
            yield Fault(f"{at}/suspended", "compliance.overlapping")
    days = [obligation.start for obligation in entry.obligations]
    if not days or days != sorted(set(days)) or days[0] > entry.valid.start:
        yield Fault(f"{at}/obligation", "compliance.obligation-order")
    for row in entry.rows:
        if _backwards(row.valid) or not _within(row.valid, entry.valid):
            yield Fault(f"{at}/{row.field}", "compliance.outside-validity")


def _scopes(entry: Instrument, at: str) -> Iterator[Fault]:
    known = grouping.names()
    scopes: list[tuple[str, Scope]] = [("", entry.scope)]
    scopes += [(f"/{row.field}", row.scope) for row in entry.rows]
    for where, scope in scopes:
        for name in sorted((scope.groups | scope.except_groups) - known):
            yield Fault(f"{at}{where}", "compliance.unknown-group", {"group": name})
        for name in sorted(scope.ministries - grouping.MINISTRIES):
            yield Fault(f"{at}{where}", "compliance.unknown-ministry", {"ministry": name})


def _backwards(interval: Interval) -> bool:
    return interval.end is not None and interval.end < interval.start


def _within(inner: Interval, outer: Interval) -> bool:
    if inner.start < outer.start:
        return False
    return outer.end is None or (inner.end is not None and inner.end <= outer.end)
