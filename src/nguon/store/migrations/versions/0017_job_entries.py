# SPDX-License-Identifier: Apache-2.0
"""Which entries a capture job's records are, which job a form became; entries of no event."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

INT64 = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "capture_job_entry",
        sa.Column("job", sa.Text, primary_key=True, nullable=False),
        *(
            sa.Column(name, INT64, primary_key=True, nullable=False, autoincrement=False)
            for name in ("first", "last")
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    others = sa.text("kind <> 1")
    op.create_index(
        "log_beside_events", "log", ["seq"], sqlite_where=others, postgresql_where=others
    )
    op.add_column("entry", sa.Column("job", sa.Text))
