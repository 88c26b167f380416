# SPDX-License-Identifier: Apache-2.0
"""The tables of reports and disputes.

Times are microseconds UTC. A case and its steps name no reporter: what reporters
wrote, left and sent lies in `dispute_report` alone and can be erased. Rows are never
deleted.
"""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from nguon.store.schema import INT16, INT64, metadata

dispute_case = Table(
    "dispute_case",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject_kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("open_as", Text, unique=True),
    Column("party", INT64),
    Column("province", Text),
    Column("sector", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reported", INT64, nullable=False),
    Column("opened", INT64),
    Column("due", INT64),
    Column("outcome", Text),
    Column("decided", INT64),
    Column("decided_by", Text),
    Column("appealed", INT16, nullable=False),
    Column("steps", INT64, nullable=False),
    Column("reports", INT64, nullable=False),
    Index("dispute_case_queue", "state", "due"),
    Index("dispute_case_party", "party", "state"),
)
"""One dispute; ``open_as`` is what it gathers equal reports under, null once it is decided.

``opened`` is null until an officer has looked at it, ``due`` until when the next step is."""

dispute_about = Table(
    "dispute_about",
    metadata,
    Column("key", Text, primary_key=True),
    Column("dispute", Text, primary_key=True),
    Index("dispute_about_dispute", "dispute"),
)
"""Under which keys a dispute is found: its subject, and what a record in dispute names."""

dispute_step = Table(
    "dispute_step",
    metadata,
    Column("dispute", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("step", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("organisation", INT64),
    Column("actor", Text),
    Column("words", Text),
    Column("due", INT64),
    Column("outcome", Text),
    Column("content", Text),
)
"""What happened, in order; of a report only ``content``, the digest of what it says."""

dispute_report = Table(
    "dispute_report",
    metadata,
    Column("id", Text, primary_key=True),
    Column("dispute", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("organisation", INT64),
    Column("reporter", Text),
    Column("reference", LargeBinary, nullable=False, unique=True),
    Column("received", INT64, nullable=False),
    Column("withdrawn", INT64),
    Column("words", Text),
    Column("contact", LargeBinary),
    Index("dispute_report_dispute", "dispute", "received"),
    Index("dispute_report_organisation", "organisation", "received"),
)
"""What somebody reported; ``reference`` is the SHA-256 of what finds it again, ``contact`` is
encrypted under a key that the database does not have. ``words`` are null where they were erased.
"""

dispute_file = Table(
    "dispute_file",
    metadata,
    Column("id", Text, primary_key=True),
    Column("dispute", Text, nullable=False),
    Column("number", INT64),
    Column("report", Text),
    Column("digest", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", INT64, nullable=False),
    Index("dispute_file_dispute", "dispute"),
)
"""Files of steps (``number``) and photographs of reports (``report``)."""
