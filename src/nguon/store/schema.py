# SPDX-License-Identifier: Apache-2.0
"""The hot tables: events, their item and term index, the log, capture jobs, settings.

Keyed by item or event so that they can be sharded: no foreign keys, no joins
except on the distribution column. The migrations create them; this is what the
statements are written against.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

INT64 = BigInteger().with_variant(Integer, "sqlite")
"""64 bits; the name that SQLite's STRICT tables ask for."""
INT16 = SmallInteger().with_variant(Integer, "sqlite")
"""16 bits, likewise."""

metadata = MetaData()

event = Table(
    "event",
    metadata,
    Column("id", INT64, primary_key=True, autoincrement=False),
    Column("time", INT64, nullable=False),
    Column("submitter", INT64, nullable=False),
    Column("zone", INT16, nullable=False),
    Column("type", INT16, nullable=False),
    Column("action", INT16, nullable=False),
    Column("correction", INT16, nullable=False),
    Column("possible_duplicate", INT16, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("cbv_hash", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("event_id", Text),
    Column("item_list", LargeBinary),
    Column("body", LargeBinary),
)
"""Events; ``item_list`` and ``body`` are null where they were erased."""

event_item = Table(
    "event_item",
    metadata,
    Column("item", INT64, primary_key=True, autoincrement=False),
    Column("member", INT16, primary_key=True, autoincrement=False),
    Column("time", INT64, primary_key=True, autoincrement=False),
    Column("event", INT64, primary_key=True, autoincrement=False),
    Column("role", INT16, primary_key=True, autoincrement=False),
)
"""Which events name an item; ``member`` is 1 where only its pieces are named."""

event_term = Table(
    "event_term",
    metadata,
    Column("term", INT64, primary_key=True, autoincrement=False),
    Column("time", INT64, primary_key=True, autoincrement=False),
    Column("event", INT64, primary_key=True, autoincrement=False),
)
"""Which events carry an index term (`nguon.epcis.terms`), in the order of time."""

event_digest = Table(
    "event_digest",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("submitter", INT64, primary_key=True, autoincrement=False),
    Column("event", INT64, nullable=False),
)
"""The identity of a record: its digest and who sent it."""

log = Table(
    "log",
    metadata,
    Column("seq", INT64, primary_key=True, autoincrement=False),
    Column("event", INT64, nullable=False),
    Column("record_time", INT64, nullable=False),
    Column("kind", INT16, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("salt", LargeBinary),
)
"""The log in commit order, from 1, without gaps; ``salt`` is null where it was erased."""

log_head = Table(
    "log_head",
    metadata,
    Column("id", INT16, primary_key=True, autoincrement=False),
    Column("seq", INT64, nullable=False),
    Column("record_time", INT64, nullable=False),
)
"""One row: the last entry of the log. Whoever updates it holds the log."""

id_block = Table(
    "id_block",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next", INT64, nullable=False),
)
"""The first number that no writer has taken yet, by kind of thing."""

capture_job = Table(
    "capture_job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", INT64, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("idempotency_key", Text),
    Column("document", LargeBinary, nullable=False),
    Column("behaviour", Text, nullable=False),
    Column("spool", Text),
    Column("created", INT64, nullable=False),
    Column("leased_until", INT64, nullable=False),
    Column("finished", INT64),
    Column("success", INT16),
    Column("total", INT64),
    Column("position", INT64, nullable=False),
    Column("stored", INT64, nullable=False),
    Column("repeated", INT64, nullable=False),
    Column("clashing", INT64, nullable=False),
    Column("errors", Text, nullable=False),
)
"""Submissions under way and done; ``position`` events of the document are settled."""

capture_job_entry = Table(
    "capture_job_entry",
    metadata,
    Column("job", Text, primary_key=True),
    Column("first", INT64, primary_key=True, autoincrement=False),
    Column("last", INT64, primary_key=True, autoincrement=False),
)
"""Which entries of the log the records of a job are."""

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
"""What belongs to this database alone: its secret and its format versions."""
