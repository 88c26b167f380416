# SPDX-License-Identifier: Apache-2.0
"""Reports and disputes."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "dispute_case",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("subject_kind", "subject", "kind"),
        sa.Column("open_as", sa.Text, unique=True),
        sa.Column("party", INT64),
        sa.Column("province", sa.Text),
        *_texts("sector", "state"),
        sa.Column("reported", INT64, nullable=False),
        *_numbers("opened", "due"),
        sa.Column("outcome", sa.Text),
        *_numbers("decided"),
        sa.Column("decided_by", sa.Text),
        sa.Column("appealed", INT16, nullable=False),
        sa.Column("steps", INT64, nullable=False),
        sa.Column("reports", INT64, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("dispute_case_queue", "dispute_case", ["state", "due"])
    op.create_index("dispute_case_party", "dispute_case", ["party", "state"])
    op.create_table(
        "dispute_about",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("dispute", sa.Text, primary_key=True),
        sqlite_strict=True,
    )
    op.create_index("dispute_about_dispute", "dispute_about", ["dispute"])
    _steps()
    _reports()
    _files()


def _steps() -> None:
    op.create_table(
        "dispute_step",
        sa.Column("dispute", sa.Text, primary_key=True),
        sa.Column("number", INT64, primary_key=True, autoincrement=False),
        *_texts("step", "side", "state"),
        sa.Column("at", INT64, nullable=False),
        *_numbers("organisation"),
        *_texts("actor", "words", nullable=True),
        *_numbers("due"),
        *_texts("outcome", "content", nullable=True),
        sqlite_strict=True,
    )


def _reports() -> None:
    op.create_table(
        "dispute_report",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("dispute", "origin"),
        *_numbers("organisation"),
        *_texts("reporter", nullable=True),
        sa.Column("reference", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("received", INT64, nullable=False),
        *_numbers("withdrawn"),
        *_texts("words", nullable=True),
        sa.Column("contact", sa.LargeBinary),
        sqlite_strict=True,
    )
    op.create_index("dispute_report_dispute", "dispute_report", ["dispute", "received"])
    op.create_index("dispute_report_organisation", "dispute_report", ["organisation", "received"])


def _files() -> None:
    op.create_table(
        "dispute_file",
        sa.Column("id", sa.Text, primary_key=True),
        *_texts("dispute"),
        *_numbers("number"),
        *_texts("report", nullable=True),
        *_texts("digest", "name", "media_type"),
        sa.Column("size", INT64, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("dispute_file_dispute", "dispute_file", ["dispute"])


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, INT64) for name in names]
