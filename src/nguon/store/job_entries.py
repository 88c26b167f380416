# SPDX-License-Identifier: Apache-2.0
"""Which entries of the log the records of a capture job are, those it repeated too."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from nguon.store.dialects import Dialect
from nguon.store.schema import capture_job_entry
from nguon.store.values import JobUpdate, Receipt

Span = tuple[int, int]
"""The first and the last of entries that follow each other."""


def spans(seqs: Iterable[int]) -> list[Span]:
    """Numbers as few spans, ascending; 0 is none."""
    found = list[Span]()
    for seq in sorted(set(seqs)):
        if found and found[-1][1] == seq - 1:
            found[-1] = found[-1][0], seq
        elif seq:
            found.append((seq, seq))
    return found


def keep(
    connection: Connection, dialect: Dialect, progress: Sequence[tuple[JobUpdate, list[Receipt]]]
) -> None:
    """Write down the entries of jobs; what is written already is left."""
    rows = [
        {"job": further.job, "first": first, "last": last}
        for further, receipts in progress
        for first, last in spans(receipt.seq for receipt in receipts)
    ]
    if rows:
        connection.execute(dialect.insert_ignoring(capture_job_entry), rows)


def of_job(connection: Connection, job: str) -> list[Span]:
    """The entries of a job, ascending; spans may overlap where it has a record twice."""
    own = capture_job_entry.c
    query = select(own.first, own.last).where(own.job == job).order_by(own.first, own.last)
    return [(row.first, row.last) for row in connection.execute(query)]
