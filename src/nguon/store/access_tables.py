# SPDX-License-Identifier: Apache-2.0
"""The tables of mandates, access records, consents and erasures.

Times are microseconds UTC, dates ISO 8601 text. `mandate.subject` is
``key:<id>``, ``member:<person>:<organisation>`` or ``organisation:<id>``; lists
are words separated by spaces, null is all of them.
"""

from sqlalchemy import Column, Table, Text

from nguon.store.schema import INT64, metadata

mandate = Table(
    "mandate",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("granted", INT64, primary_key=True, autoincrement=False),
    Column("provinces", Text),
    Column("sectors", Text),
    Column("valid_from", Text),
    Column("valid_to", Text),
    Column("granted_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""What officers are in charge of; the row granted last counts."""

access = Table(
    "access",
    metadata,
    Column("subject", INT64, primary_key=True, autoincrement=False),
    Column("hour", INT64, primary_key=True, autoincrement=False),
    Column("reader_organisation", INT64, primary_key=True, autoincrement=False),
    Column("reader", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("reader_kind", Text, nullable=False),
    Column("first", INT64, nullable=False),
    Column("last", INT64, nullable=False),
    Column("count", INT64, nullable=False),
    Column("keys", Text, nullable=False),
)
"""Who was shown an organisation's data that others may not see; one row an hour."""

access_lost = Table(
    "access_lost",
    metadata,
    Column("hour", INT64, primary_key=True, autoincrement=False),
    Column("count", INT64, nullable=False),
)
"""How many showings could not be recorded, by hour."""

consent = Table(
    "consent",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject", INT64, nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("means", Text, nullable=False),
    Column("evidence", Text),
    Column("given", Text, nullable=False),
    Column("recorder", INT64, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("recorded", INT64, nullable=False),
    Column("withdrawn", INT64),
    Column("withdrawn_by", Text),
)
"""What people agreed to; ``subject`` is the household's or person's organisation."""

erasure = Table(
    "erasure",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", INT64),
    Column("reason", Text, nullable=False),
    Column("erased_by", Text, nullable=False),
    Column("erased", INT64, nullable=False),
)
"""Orders carried out: events (``kind`` events) or a register entry (organisation)."""

erased_event = Table(
    "erased_event",
    metadata,
    Column("event", INT64, primary_key=True, autoincrement=False),
    Column("erasure", Text, nullable=False, index=True),
    Column("seq", INT64, nullable=False),
)
"""The events erased; ``seq`` is the number of the log entry about the erasure."""

erased_mark = Table(
    "erased_mark",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("event", INT64, primary_key=True, autoincrement=False),
)
"""The marks of things that stand in the leaves of erased events (`nguon.store.leaf`)."""

erasure_request = Table(
    "erasure_request",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject", INT64, nullable=False, index=True),
    Column("organisation", INT64, nullable=False, index=True),
    Column("asked_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created", INT64, nullable=False),
    Column("due", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("decided", INT64),
    Column("decided_by", Text),
    Column("answer", Text),
)
"""What people asked to have erased, until when it must be answered, and the answer."""
