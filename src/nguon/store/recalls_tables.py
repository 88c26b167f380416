# SPDX-License-Identifier: Apache-2.0
"""The tables of recalls: cases, what they start from, their steps, scopes, requests and files.

Times are microseconds UTC, quantities and choices JSON. Rows are never deleted.
"""

from sqlalchemy import Column, Index, Table, Text

from nguon.store.schema import INT16, INT64, metadata

recall_case = Table(
    "recall_case",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("signal", Text),
    Column("open_as", Text, unique=True),
    Column("maker", INT64),
    Column("opened_by", INT64, nullable=False),
    Column("province", Text),
    Column("sector", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("manner", Text),
    Column("level", INT16),
    Column("opened", INT64, nullable=False),
    Column("determined", INT64),
    Column("due", INT64),
    Column("decided", INT64),
    Column("decided_by", Text),
    Column("decider", INT64),
    Column("closed", INT64),
    Column("words_vi", Text),
    Column("words_en", Text),
    Column("instructions", Text),
    Column("answer_by", INT64),
    Column("dispute", Text),
    Column("scope", INT64, nullable=False),
    Column("things", INT64, nullable=False),
    Column("sites", INT64, nullable=False),
    Column("checked", INT64, nullable=False),
    Column("steps", INT64, nullable=False),
    Index("recall_case_queue", "state", "due"),
    Index("recall_case_maker", "maker", "state"),
)
"""One recall; ``open_as`` makes a repeated opening the same one. ``scope`` is the newest version,
``checked`` the log position up to which records were looked at for goods that moved on.
"""

recall_about = Table(
    "recall_about",
    metadata,
    Column("key", Text, primary_key=True),
    Column("recall", Text, primary_key=True),
    Column("number", INT64, nullable=False),
    Index("recall_about_recall", "recall"),
)
"""The suspected things that a recall starts from; ``number``: the step that named it."""

recall_maker = Table(
    "recall_maker",
    metadata,
    Column("recall", Text, primary_key=True),
    Column("organisation", INT64, primary_key=True, autoincrement=False),
    Index("recall_maker_organisation", "organisation"),
)
"""Whose goods a recall is about: the makers of the products affected."""

recall_step = Table(
    "recall_step",
    metadata,
    Column("recall", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("step", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", INT64, nullable=False),
    Column("organisation", INT64),
    Column("actor", Text),
    Column("words", Text),
    Column("due", INT64),
    Column("content", Text),
)
"""What happened, in order; ``content`` is JSON: numbers, and digests of lists too long for it."""

recall_scope = Table(
    "recall_scope",
    metadata,
    Column("recall", Text, primary_key=True),
    Column("version", INT64, primary_key=True, autoincrement=False),
    Column("at", INT64, nullable=False),
    Column("actor", Text),
    Column("choice", Text, nullable=False),
    Column("numbers", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("as_of", INT64, nullable=False),
)
"""A version of what is affected; ``digest`` is that of its things' keys in order."""

recall_thing = Table(
    "recall_thing",
    metadata,
    Column("recall", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("kind", INT16, nullable=False),
    Column("version", INT64, nullable=False),
    Column("released", INT64),
    Index("recall_thing_key", "key"),
)
"""An affected thing; ``kind`` 0 a piece, 1 a lot, 2 a product; ``version``: that first had it."""

recall_request = Table(
    "recall_request",
    metadata,
    Column("id", Text, primary_key=True),
    Column("recall", Text, nullable=False),
    Column("organisation", INT64),
    Column("party", Text),
    Column("words", Text, nullable=False),
    Column("asked", INT64, nullable=False),
    Column("due", INT64),
    Column("answered", INT64),
    Column("answer", Text),
    Column("actor", Text),
    Index("recall_request_recall", "recall"),
    Index("recall_request_organisation", "organisation", "answered"),
)
"""What a party was asked during an investigation, and what it said."""

recall_file = Table(
    "recall_file",
    metadata,
    Column("id", Text, primary_key=True),
    Column("recall", Text, nullable=False),
    Column("number", INT64),
    Column("site", INT64),
    Column("disposal", Text),
    Column("digest", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", INT64, nullable=False),
    Index("recall_file_recall", "recall"),
)
"""Files of steps (``number``) and of disposals."""

recall_report = Table(
    "recall_report",
    metadata,
    Column("recall", Text, primary_key=True),
    Column("number", INT64, primary_key=True, autoincrement=False),
    Column("at", INT64, nullable=False),
    Column("actor", Text),
    Column("digest", Text, nullable=False),
    Column("jws", Text, nullable=False),
)
"""A signed report as it was made; ``number`` is the step that made it."""
