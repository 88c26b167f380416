# SPDX-License-Identifier: Apache-2.0
"""Recalls: cases, scopes, decisions, sites, answers, disposals."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "recall_case",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("title", "origin"),
        *_texts("signal", nullable=True),
        sa.Column("open_as", sa.Text, unique=True),
        *_maybe("maker"),
        *_numbers("opened_by"),
        *_texts("province", nullable=True),
        *_texts("sector", "state"),
        *_texts("manner", nullable=True),
        sa.Column("level", INT16),
        *_numbers("opened"),
        *_maybe("determined", "due", "decided"),
        *_texts("decided_by", nullable=True),
        *_maybe("decider", "closed"),
        *_texts("words_vi", "words_en", "instructions", nullable=True),
        *_maybe("answer_by"),
        *_texts("dispute", nullable=True),
        *_numbers("scope", "things", "sites", "checked", "steps"),
        sqlite_strict=True,
    )
    op.create_index("recall_case_queue", "recall_case", ["state", "due"])
    op.create_index("recall_case_maker", "recall_case", ["maker", "state"])
    _steps()
    _scopes()
    _papers()
    _sites()
    _done()


def _steps() -> None:
    op.create_table(
        "recall_about",
        *_keys("key", "recall"),
        *_numbers("number"),
        sqlite_strict=True,
    )
    op.create_index("recall_about_recall", "recall_about", ["recall"])
    op.create_table(
        "recall_maker", *_keys("recall"), *_number_keys("organisation"), sqlite_strict=True
    )
    op.create_index("recall_maker_organisation", "recall_maker", ["organisation"])
    op.create_table(
        "recall_step",
        *_keys("recall"),
        *_number_keys("number"),
        *_texts("step", "side", "state"),
        *_numbers("at"),
        *_maybe("organisation"),
        *_texts("actor", "words", nullable=True),
        *_maybe("due"),
        *_texts("content", nullable=True),
        sqlite_strict=True,
    )


def _scopes() -> None:
    op.create_table(
        "recall_scope",
        *_keys("recall"),
        *_number_keys("version"),
        *_numbers("at"),
        *_texts("actor", nullable=True),
        *_texts("choice", "numbers", "digest"),
        *_numbers("as_of"),
        sqlite_strict=True,
    )
    op.create_table(
        "recall_thing",
        *_keys("recall", "key"),
        sa.Column("kind", INT16, nullable=False),
        *_numbers("version"),
        *_maybe("released"),
        sqlite_strict=True,
    )
    op.create_index("recall_thing_key", "recall_thing", ["key"])


def _papers() -> None:
    op.create_table(
        "recall_request",
        *_keys("id"),
        *_texts("recall"),
        *_maybe("organisation"),
        *_texts("party", nullable=True),
        *_texts("words"),
        *_numbers("asked"),
        *_maybe("due", "answered"),
        *_texts("answer", "actor", nullable=True),
        sqlite_strict=True,
    )
    op.create_index("recall_request_recall", "recall_request", ["recall"])
    op.create_index("recall_request_organisation", "recall_request", ["organisation", "answered"])
    op.create_table(
        "recall_file",
        *_keys("id"),
        *_texts("recall"),
        *_maybe("number", "site"),
        *_texts("disposal", nullable=True),
        *_texts("digest", "name", "media_type"),
        *_numbers("size"),
        sqlite_strict=True,
    )
    op.create_index("recall_file_recall", "recall_file", ["recall"])
    op.create_table(
        "recall_report",
        *_keys("recall"),
        *_number_keys("number"),
        *_numbers("at"),
        *_texts("actor", nullable=True),
        *_texts("digest", "jws"),
        sqlite_strict=True,
    )


def _sites() -> None:
    op.create_table(
        "recall_site",
        *_keys("recall"),
        *_number_keys("number"),
        *_maybe("organisation"),
        *_texts("party", "place", "province", nullable=True),
        *_texts("state"),
        *_numbers("things"),
        *_texts("told", "sold_before", "found", "held", "sold", "disposed"),
        *_numbers("version", "told_at"),
        *_maybe("seen_at", "answered_at", "due"),
        *_numbers("reminded"),
        *_maybe("escalated"),
        *_numbers("released"),
        *_texts("words", nullable=True),
        sa.Column("open_to_maker", INT16, nullable=False),
        *_numbers("steps"),
        sqlite_strict=True,
    )
    op.create_index("recall_site_organisation", "recall_site", ["organisation", "recall"])
    op.create_index("recall_site_state", "recall_site", ["recall", "state"])
    op.create_table(
        "recall_placed",
        *_keys("recall"),
        *_number_keys("site"),
        *_keys("key"),
        *_texts("state"),
        *_numbers("version"),
        sqlite_strict=True,
    )
    op.create_index("recall_placed_key", "recall_placed", ["recall", "key"])


def _done() -> None:
    op.create_table(
        "recall_site_step",
        *_keys("recall"),
        *_number_keys("site", "number"),
        *_texts("step", "side", "state"),
        *_numbers("at"),
        *_maybe("organisation"),
        *_texts("actor", "words", "content", nullable=True),
        sqlite_strict=True,
    )
    op.create_table(
        "recall_disposal",
        *_keys("id"),
        *_texts("recall"),
        *_numbers("site"),
        sa.Column("open_as", sa.Text, unique=True),
        *_texts("kind", "state", "quantity", "words"),
        *_numbers("at"),
        *_maybe("organisation"),
        *_texts("actor", nullable=True),
        *_maybe("verified"),
        *_texts("verified_by", "verify_words", nullable=True),
        sqlite_strict=True,
    )
    op.create_index("recall_disposal_site", "recall_disposal", ["recall", "site"])


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]


def _number_keys(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, INT64, primary_key=True, autoincrement=False) for name in names]


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, INT64, nullable=False) for name in names]


def _maybe(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, INT64) for name in names]
