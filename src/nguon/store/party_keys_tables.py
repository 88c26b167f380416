# SPDX-License-Identifier: Apache-2.0
"""The tables of the keys that parties sign with.

Times are microseconds UTC. ``kid`` is the key's thumbprint (RFC 7638): a key is bound once,
to one party, for good.
"""

from sqlalchemy import Column, LargeBinary, Table, Text

from nguon.store.schema import INT64, metadata

party_key = Table(
    "party_key",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("organisation", INT64, nullable=False, index=True),
    Column("party", Text, nullable=False, index=True),
    Column("algorithm", Text, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("custody", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("prefixes", Text, nullable=False),
    Column("places", Text, nullable=False),
    Column("valid_from", INT64, nullable=False),
    Column("valid_to", INT64),
)
"""Keys as they were bound; ``party`` is what their party is called in public, lists are words
separated by spaces."""

party_key_step = Table(
    "party_key_step",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("action", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("seq", INT64, nullable=False),
    Column("until", INT64),
    Column("organisation", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""What became of keys; ``seq`` is the entry of the log that says so, ``at`` its record time."""

party_key_secret = Table(
    "party_key_secret",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("master", INT64, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""Secrets of keys that the platform keeps, sealed under a master key which is not here."""
