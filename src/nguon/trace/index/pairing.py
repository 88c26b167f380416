# SPDX-License-Identifier: Apache-2.0
"""Joins of columns by group numbers."""

import numpy as np

from nguon.trace.index.marks import Numbers


def pairs(left: Numbers, right: Numbers, groups: int) -> tuple[Numbers, Numbers]:
    """All pairs of places in the two with equal group numbers."""
    order = np.argsort(right, kind="stable")
    begins = np.searchsorted(right[order], np.arange(groups))
    counts = np.bincount(right, minlength=groups)
    lengths = counts[left]
    before = np.cumsum(lengths) - lengths
    place = np.repeat(begins[left] - before, lengths) + np.arange(int(lengths.sum()))
    return np.repeat(np.arange(len(left)), lengths), order[place]
