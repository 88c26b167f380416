# SPDX-License-Identifier: Apache-2.0
"""Big answers of traces, worked out behind the request."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "trace_job",
        sa.Column("id", sa.Text, primary_key=True, nullable=False),
        *(_number("organisation"), _text("asker"), _text("question"), _number("made")),
        *(_text("state"), _text("holder"), _number("leased"), _number("attempts")),
        *(_number("done"), _number("total"), _number("things"), _text("summary")),
        *(sa.Column("finished", INT64), _number("ends")),
        sqlite_strict=True,
    )
    op.create_index("ix_trace_job_organisation", "trace_job", ["organisation", "made"])
    op.create_index("ix_trace_job_state", "trace_job", ["state", "leased"])
    op.create_table(
        "trace_job_part",
        sa.Column("job", sa.Text, primary_key=True, nullable=False),
        sa.Column("number", INT64, primary_key=True, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, INT64, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
