# SPDX-License-Identifier: Apache-2.0
"""The tables of people and keys: who they are, where they work, sessions, invitations, API keys.

Times are microseconds UTC. Secrets (session and invitation tokens) are kept as
SHA-256 only, passwords as Argon2 hashes.
"""

from sqlalchemy import Column, LargeBinary, Table, Text

from nguon.store.schema import INT16, INT64, metadata

person = Table(
    "person",
    metadata,
    Column("id", INT64, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("email", Text, unique=True),
    Column("phone", Text, unique=True),
    Column("password", Text),
    Column("created", INT64, nullable=False),
    Column("password_changed", INT64),
)

membership = Table(
    "membership",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", INT64, nullable=False),
    Column("organisation", INT64, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("created", INT64, nullable=False),
    Column("created_by", INT64),
    Column("ended", INT64),
    Column("ended_by", INT64),
)
"""A person's role in an organisation; one standing row for each pair, ended ones are kept."""

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("person", INT64, nullable=False, index=True),
    Column("membership", Text, nullable=False, index=True),
    Column("agent", Text, nullable=False),
    Column("created", INT64, nullable=False),
    Column("seen", INT64, nullable=False),
    Column("expires", INT64, nullable=False, index=True),
    Column("proved", INT64),
)
"""Sessions that stand; an ended one leaves no row. ``seen`` is exact to five minutes, ``proved``
is when who holds it last showed who it is.
"""

invitation = Table(
    "invitation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("organisation", INT64, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("phone", Text),
    Column("created", INT64, nullable=False),
    Column("expires", INT64, nullable=False),
    Column("created_by", INT64),
    Column("accepted", INT64),
    Column("accepted_by", INT64),
    Column("withdrawn", INT64),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("bucket", LargeBinary, primary_key=True),
    Column("free_at", INT64, nullable=False, index=True),
)
"""Rate limits: ``free_at`` is when a bucket is empty again (`nguon.identity.accounts.attempts`)."""

api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("organisation", INT64, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("strict", INT16, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("created", INT64, nullable=False),
    Column("last_used", INT64),
    Column("expires", INT64),
    Column("revoked", INT64),
    Column("rate", INT64),
    Column("networks", Text),
)
"""Keys of organisations; ``secret_hash`` is the SHA-256 of the secret, ``rate`` requests a minute,
``networks`` from where (CIDR, with spaces).
"""
