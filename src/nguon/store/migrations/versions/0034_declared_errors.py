# SPDX-License-Identifier: Apache-2.0
"""Which declarations of errors name an event by its eventID, whatever else they name."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    declarations = sa.text("correction = 1")
    op.create_index(
        "event_declared",
        "event",
        ["event_id"],
        sqlite_where=declarations,
        postgresql_where=declarations,
    )
