# SPDX-License-Identifier: Apache-2.0
"""The tables of signed submissions: the signatures, and which entries of the log each covers.

Times are microseconds UTC.
"""

from sqlalchemy import Column, LargeBinary, Table, Text

from nguon.store.schema import INT16, INT64, metadata

capture_signature = Table(
    "capture_signature",
    metadata,
    Column("id", INT64, primary_key=True, autoincrement=False),
    Column("kid", Text, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("form", Text, nullable=False),
    Column("custodial", INT16, nullable=False),
    Column("base", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("nonce", Text),
    Column("once", LargeBinary, nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
    Column("created", INT64, nullable=False),
    Column("received", INT64, nullable=False),
    Column("count", INT64, nullable=False),
    Column("leaves", LargeBinary),
    Column("frame", LargeBinary),
)
"""``base`` is what was signed, ``content`` the SHA-256 of the body, ``once`` what may not come
again with other content; ``leaves`` are the hashes of a batch's ``count`` events, ``frame`` is
what a document has besides its events."""

signature_span = Table(
    "signature_span",
    metadata,
    Column("first", INT64, primary_key=True, autoincrement=False),
    Column("last", INT64, nullable=False),
    Column("signature", INT64, nullable=False, index=True),
    Column("position", INT64, nullable=False),
)
"""Entries of the log that follow each other, as events of the signed document that do so too;
``position`` is that of the first."""
