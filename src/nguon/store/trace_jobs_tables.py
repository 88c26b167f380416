# SPDX-License-Identifier: Apache-2.0
"""The tables of big traces: what was asked, how far it is, and the answer by parts.

Times are microseconds UTC. Answers are kept for a day; nothing here is a source of anything.
"""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from nguon.store.schema import INT64, metadata

trace_job = Table(
    "trace_job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", INT64, nullable=False),
    Column("asker", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("made", INT64, nullable=False),
    Column("state", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("leased", INT64, nullable=False),
    Column("attempts", INT64, nullable=False),
    Column("done", INT64, nullable=False),
    Column("total", INT64, nullable=False),
    Column("things", INT64, nullable=False),
    Column("summary", Text, nullable=False),
    Column("finished", INT64),
    Column("ends", INT64, nullable=False),
    Index("ix_trace_job_organisation", "organisation", "made"),
    Index("ix_trace_job_state", "state", "leased"),
)
"""``asker`` is the key or person that asked; ``holder`` the worker that has it until ``leased``;
``done`` of ``total`` steps; ``question`` and ``summary`` are JSON.
"""

trace_job_part = Table(
    "trace_job_part",
    metadata,
    Column("job", Text, primary_key=True),
    Column("number", INT64, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""A part of an answer; number 0 are the records that tie its things."""
