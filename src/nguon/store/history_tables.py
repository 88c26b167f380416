# SPDX-License-Identifier: Apache-2.0
"""The tables of the registers' memory: standings, versions, cases before a body, documents.

Rows are only ever added, except that a case is closed and a document's bytes
may be erased. An entry is addressed by its register and its key as text
(``planting-area/VN-DLOR-0017`` for a certificate). Times are microseconds UTC.
"""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT16, INT64, metadata

register_status = Table(
    "register_status",
    metadata,
    Column("register", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("valid_from", INT64, nullable=False),
    Column("valid_to", INT64),
    Column("recorded", INT64, nullable=False),
    Column("organisation", INT64),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("note", Text),
    Column("document", Text),
    Column("version", INT64),
)
"""What an entry stands as: ``valid_from`` to ``valid_to`` (excluded) in the world, known since
``recorded``; ``number`` grows with every row of every register."""

register_version = Table(
    "register_version",
    metadata,
    Column("register", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("version", INT64, primary_key=True, autoincrement=False),
    Column("applied", INT16, nullable=False),
    Column("recorded", INT64, nullable=False),
    Column("organisation", INT64),
    Column("actor", Text, nullable=False),
    Column("content", Text, nullable=False),
)
"""What an entry said, whole, as JSON; ``applied`` is 0 for what is proposed and not yet decided."""

register_case = Table(
    "register_case",
    metadata,
    Column("id", Text, primary_key=True),
    Column("register", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("version", INT64, nullable=False),
    Column("organisation", INT64, nullable=False),
    Column("province", Text),
    Column("sector", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened", INT64, nullable=False),
    Column("due", INT64, nullable=False),
    Column("closed", INT64),
    Index("register_case_entry", "register", "key"),
    Index("register_case_open", "closed", "due"),
    Index("register_case_organisation", "organisation"),
)
"""What waits for a body's decision, and until when; ``closed`` is null while it waits."""

register_document = Table(
    "register_document",
    metadata,
    Column("id", Text, primary_key=True),
    Column("register", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", INT64, nullable=False),
    Column("organisation", INT64),
    Column("actor", Text, nullable=False),
    Column("recorded", INT64, nullable=False),
    Index("register_document_entry", "register", "key"),
)
"""Files attached to entries and decisions; the bytes lie in a folder under their ``digest``."""

personal_number = Table(
    "personal_number",
    metadata,
    Column("organisation", INT64, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False),
)
"""Personal numbers that serve as tax codes, apart from everything that is read for pages."""
