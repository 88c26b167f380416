# SPDX-License-Identifier: Apache-2.0
"""The tables of scans: single ones for a while, counts by thing and by day for good."""

from sqlalchemy import Column, LargeBinary, Table, Text

from nguon.store.schema import INT16, INT64, metadata

scan = Table(
    "scan",
    metadata,
    Column("item", INT64, primary_key=True, autoincrement=False),
    Column("time", INT64, primary_key=True, autoincrement=False),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("way", INT16, nullable=False),
    Column("client", INT16, nullable=False),
    Column("language", Text),
    Column("place", Text),
    Column("device", LargeBinary),
)
"""Single scans; ``number`` is random. ``place`` is a province, ``device`` a hash of this thing and
this week, both only where the visitor allows it."""

scan_sum = Table(
    "scan_sum",
    metadata,
    Column("item", INT64, primary_key=True, autoincrement=False),
    Column("scans", INT64, nullable=False),
    Column("views", INT64, nullable=False),
    Column("first", INT64),
    Column("last", INT64),
)
"""How often a thing was scanned and its page opened; ``first`` and ``last`` are of scans."""

scan_day = Table(
    "scan_day",
    metadata,
    Column("item", INT64, primary_key=True, autoincrement=False),
    Column("day", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("scans", INT64, nullable=False),
    Column("views", INT64, nullable=False),
)
"""The same by day in Viet Nam; by province (empty where not told) for products alone."""

scan_secret = Table(
    "scan_secret",
    metadata,
    Column("period", INT64, primary_key=True, autoincrement=False),
    Column("secret", LargeBinary, nullable=False),
)
"""What devices are hashed with, a new one for each period; it goes when its period is over."""

scan_source = Table(
    "scan_source",
    metadata,
    Column("name", Text, primary_key=True),
    Column("batch", INT64, nullable=False),
    Column("time", INT64, nullable=False),
)
"""The last batch that a process wrote, so that none is counted twice."""

scan_lost = Table(
    "scan_lost",
    metadata,
    Column("day", Text, primary_key=True),
    Column("count", INT64, nullable=False),
)
"""How many scans found the buffer full, by the day on which that was written down."""
