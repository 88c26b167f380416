# SPDX-License-Identifier: Apache-2.0
"""People, their places in organisations, sessions and invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _people()
    _memberships()
    _sessions()
    _invitations()
    _attempts()
    op.execute("INSERT INTO id_block (name, next) VALUES ('person', 1)")


def _moments(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, INT64) for name in names]


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", INT64, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, unique=True),
        sa.Column("phone", sa.Text, unique=True),
        sa.Column("password", sa.Text),
        sa.Column("created", INT64, nullable=False),
        *_moments("password_changed"),
        sqlite_strict=True,
    )


def _memberships() -> None:
    op.create_table(
        "membership",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person", INT64, nullable=False),
        sa.Column("organisation", INT64, nullable=False, index=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("created", INT64, nullable=False),
        *_moments("created_by", "ended", "ended_by"),
        sqlite_strict=True,
    )
    standing = sa.text("ended IS NULL")
    op.create_index(
        "ix_membership_standing",
        "membership",
        ["person", "organisation"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _sessions() -> None:
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("person", INT64, nullable=False, index=True),
        sa.Column("membership", sa.Text, nullable=False, index=True),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("created", INT64, nullable=False),
        sa.Column("seen", INT64, nullable=False),
        sa.Column("expires", INT64, nullable=False, index=True),
        sqlite_strict=True,
    )


def _invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("organisation", INT64, nullable=False, index=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("created", INT64, nullable=False),
        sa.Column("expires", INT64, nullable=False),
        *_moments("created_by", "accepted", "accepted_by", "withdrawn"),
        sqlite_strict=True,
    )


def _attempts() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("bucket", sa.LargeBinary, primary_key=True),
        sa.Column("free_at", INT64, nullable=False, index=True),
        sqlite_strict=True,
    )
