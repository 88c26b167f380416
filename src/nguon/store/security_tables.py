# SPDX-License-Identifier: Apache-2.0
"""The tables of accounts' security: second factors, passkeys, links to providers, resets, events.

Times are microseconds UTC. What proves somebody is kept as a hash, or sealed
under a key that the database does not have (`nguon.identity.accounts.sealing`).
"""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

from nguon.store.schema import INT16, INT64, metadata

one_time = Table(
    "one_time",
    metadata,
    Column("person", INT64, primary_key=True, autoincrement=False),
    Column("secret", LargeBinary, nullable=False),
    Column("created", INT64, nullable=False),
    Column("confirmed", INT64),
    Column("used", INT64, nullable=False),
)
"""Secrets of one-time codes (RFC 6238), sealed; ``used`` is the last step that was used."""

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("person", INT64, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, primary_key=True),
    Column("created", INT64, nullable=False),
    Column("used", INT64),
)
"""Codes for whoever lost the second factor, each good once."""

passkey = Table(
    "passkey",
    metadata,
    Column("credential", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("person", INT64, nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("counter", INT64, nullable=False),
    Column("synced", INT16, nullable=False),
    Column("name", Text, nullable=False),
    Column("created", INT64, nullable=False),
    Column("last_used", INT64),
)
"""Passkeys: ``public_key`` is COSE, ``counter`` what the authenticator counted last."""

provider_link = Table(
    "provider_link",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person", INT64, nullable=False, index=True),
    Column("provider", Text, nullable=False),
    Column("created", INT64, nullable=False),
    Column("last_used", INT64),
)
"""Accounts at OpenID Connect providers; ``subject`` is a keyed hash of what they call somebody."""

sign_in_step = Table(
    "sign_in_step",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("holder", LargeBinary, nullable=False),
    Column("person", INT64, index=True),
    Column("content", LargeBinary, nullable=False),
    Column("expires", INT64, nullable=False, index=True),
)
"""What has begun and waits for its next step, in the one browser ``holder`` is the hash of."""

account_reset = Table(
    "account_reset",
    metadata,
    Column("id", Text, primary_key=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("person", INT64, nullable=False, index=True),
    Column("created", INT64, nullable=False),
    Column("created_by", INT64),
    Column("expires", INT64, nullable=False),
    Column("used", INT64),
)
"""Links that set a new password, each good once."""

security_event = Table(
    "security_event",
    metadata,
    Column("id", Text, primary_key=True),
    Column("time", INT64, nullable=False, index=True),
    Column("person", INT64),
    Column("organisation", INT64),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("actor", INT64),
    Index("ix_security_event_person", "person", "time"),
    Index("ix_security_event_organisation", "organisation", "time"),
)
"""What happened to an account, for its owner; ``organisation`` where it is about its API keys."""
