# SPDX-License-Identifier: Apache-2.0
"""The tables of the authorisation ledger: grants and their changes, uses and answers, ceilings.

Rows are only ever added; ``code_account`` has one row for each code, which a
writer takes so that uses of a code are judged one after the other. Times are
microseconds UTC, days ISO 8601 text, kilograms decimal text.
"""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT64, metadata

code_account = Table(
    "code_account",
    metadata,
    Column("code", Text, primary_key=True),
    Column("writes", INT64, nullable=False),
)
"""Whoever updates a code's row holds its ledger until the transaction ends."""

authorisation = Table(
    "authorisation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("code", Text, nullable=False, index=True),
    Column("holder", INT64, nullable=False, index=True),
    Column("grantee", INT64, nullable=False, index=True),
    Column("crop", Text, nullable=False),
    Column("market", Text, nullable=False),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    Column("recorded", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("request", Text),
    Column("notices", Text, nullable=False),
    Column("arithmetic", Text, nullable=False),
)
"""Grants as they were given; ``request`` is the giver's own mark, so that sending twice gives
one grant."""

authorisation_change = Table(
    "authorisation_change",
    metadata,
    Column("authorisation", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("effective", INT64, nullable=False),
    Column("recorded", INT64, nullable=False),
    Column("quantity", Text),
    Column("valid_to", Text),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
)
"""Grants narrowed and withdrawn: in force since ``effective``, known since ``recorded``."""

code_use = Table(
    "code_use",
    metadata,
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("user", INT64, nullable=False),
    Column("holder", INT64),
    Column("province", Text),
    Column("consignment", Text, nullable=False),
    Column("lots", Text, nullable=False),
    Column("crop", Text, nullable=False),
    Column("market", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    Column("used_at", INT64, nullable=False),
    Column("recorded", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("authorisation", Text, index=True),
    Column("shown", Text),
    Column("reason", Text),
    Column("verdict", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("arithmetic", Text, nullable=False),
    Index("code_use_code", "code", "used_at"),
    Index("code_use_user", "user", "recorded"),
    Index("code_use_holder", "holder", "recorded"),
    Index("code_use_province", "province", "recorded"),
    Index("code_use_recorded", "recorded", "id"),
    Index("code_use_verdict", "verdict", "recorded"),
    Index("code_use_consignment", "consignment", "user"),
)
"""Uses and attempts as they were judged; ``authorisation`` is the number of the grant drawn on."""

code_use_answer = Table(
    "code_use_answer",
    metadata,
    Column("use", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("recorded", INT64, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""What was said of a use afterwards."""

code_ceiling = Table(
    "code_ceiling",
    metadata,
    Column("code", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("rate", Text, nullable=False),
    Column("valid_from", Text, nullable=False),
    Column("valid_to", Text),
    Column("recorded", INT64, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""Ceilings set for one code, in tonnes per hectare; the last recorded counts."""
