# SPDX-License-Identifier: Apache-2.0
"""What makes a sample or its results wrong; which step may follow which; pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from nguon.base.errors import Fault
from nguon.base.quantity import plain
from nguon.compliance import limits
from nguon.compliance.samples.model import NewSample, Result, Sample, SampleState

LONGEST = 80
MOST_LOTS = 50
_BEFORE = {
    SampleState.SENT: frozenset({SampleState.TAKEN}),
    SampleState.RESULT: frozenset({SampleState.TAKEN, SampleState.SENT}),
    SampleState.RELEASED: frozenset({SampleState.RESULT}),
    SampleState.REJECTED: frozenset({SampleState.RESULT}),
}


def entry_faults(asked: NewSample, now: datetime) -> Iterator[Fault]:
    """What is wrong with a new sample, before the registers are asked."""
    if not 0 < len(asked.number) <= LONGEST:
        yield Fault("/number", "compliance.sample-number", {"most": LONGEST})
    if not asked.lots or len(asked.lots) > MOST_LOTS:
        yield Fault("/lots", "compliance.sample-lots", {"most": MOST_LOTS})
    if len({lot.partition("/10/")[0] for lot in asked.lots}) > 1:
        yield Fault("/lots", "compliance.sample-products")
    if asked.taken > now:
        yield Fault("/taken", "compliance.in-future")


def result_faults(report: str, results: Sequence[Result]) -> Iterator[Fault]:
    """What is wrong with a report."""
    if not 0 < len(report) <= LONGEST:
        yield Fault("/report", "compliance.report-number", {"most": LONGEST})
    if not results:
        yield Fault("/results", "compliance.no-results")
    known = limits.analytes()
    for number, one in enumerate(results):
        at = f"/results/{number}"
        if one.analyte not in known:
            yield Fault(at, "compliance.unknown-analyte", {"analyte": one.analyte[:LONGEST]})
        if one.unit is not None and one.unit not in limits.UNITS:
            yield Fault(at, "compliance.unknown-unit", {"unit": one.unit[:LONGEST]})
        if one.detected and one.value is None:
            yield Fault(at, "compliance.value-missing", {"analyte": one.analyte[:LONGEST]})
        if one.value is not None and not (plain(one.value) and 0 <= one.value < 10**9):
            yield Fault(at, "compliance.value-shape", {"analyte": one.analyte[:LONGEST]})
    if len({one.analyte for one in results}) < len(results):
        yield Fault("/results", "compliance.analyte-twice")


def may_follow(sample: Sample, state: SampleState) -> bool:
    """Whether a sample may take this step now."""
    return sample.state in _BEFORE[state]
