# SPDX-License-Identifier: Apache-2.0
"""Enrolments of legal entities, and what the business register says of them."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INT16 = sa.SmallInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _enrolments()
    _register()
    _households()


def _enrolments() -> None:
    op.create_table(
        "enrolment",
        _text("id", key=True),
        _number("organisation"),
        *map(_text, ("way", "code", "name", "state")),
        _number("begun"),
        _text("begun_by"),
        _number("deadline"),
        sa.Column("nonce", sa.Text, unique=True),
        sa.Column("statement", sa.LargeBinary),
        sa.Column("key", sa.Text),
        sa.Column("proof", sa.LargeBinary),
        sa.Column("evidence", sa.Text),
        _text("details"),
        *(sa.Column(name, INT64) for name in ("since", "until", "ended")),
        sqlite_strict=True,
    )
    for column in ("organisation", "code", "state"):
        op.create_index(f"ix_enrolment_{column}", "enrolment", [column])
    op.create_table(
        "enrolment_step",
        _text("enrolment", key=True),
        _number("number", key=True),
        _text("state"),
        _number("at"),
        _text("actor"),
        sa.Column("person", INT64),
        sa.Column("reason", sa.Text),
        sa.Column("note", sa.Text),
        sqlite_strict=True,
    )
    op.create_table(
        "enrolment_paper",
        _text("enrolment", key=True),
        _text("document", key=True),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _register() -> None:
    op.create_table(
        "register_answer",
        _text("code", key=True),
        _text("day", key=True),
        sa.Column("found", INT16, nullable=False),
        sa.Column("entry", sa.LargeBinary),
        _number("asked"),
        sqlite_strict=True,
    )
    op.create_table(
        "register_standing",
        _number("organisation", key=True),
        _number("number", key=True),
        *map(_text, ("code", "state")),
        sa.Column("since", sa.Text),
        *map(_text, ("as_of", "source")),
        _number("recorded"),
        sqlite_strict=True,
    )
    op.create_table(
        "register_check",
        _number("organisation", key=True),
        _text("code"),
        _number("due"),
        sa.Column("checked", INT64),
        sa.Column("as_of", sa.Text),
        sa.Column("failure", sa.Text),
        sqlite_strict=True,
    )
    op.create_index("ix_register_check_due", "register_check", ["due"])


def _households() -> None:
    op.create_table(
        "household_enrolment",
        _number("household", key=True),
        _number("cooperative"),
        sa.Column("plot", sa.Text),
        _text("sheet"),
        _number("recorded"),
        _text("recorded_by"),
        sa.Column("ended", INT64),
        sqlite_strict=True,
    )
    op.create_index("ix_household_enrolment_cooperative", "household_enrolment", ["cooperative"])
    op.create_table(
        "household_number",
        _number("household", key=True),
        _number("cooperative"),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_household_number_mac", "household_number", ["cooperative", "mac"], unique=True
    )


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, primary_key=key)


def _number(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False, primary_key=key, autoincrement=False)
