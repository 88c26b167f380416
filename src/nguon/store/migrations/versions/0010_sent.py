# SPDX-License-Identifier: Apache-2.0
"""Events by who sent them, in the order of time."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_index("event_by_submitter", "event", ["submitter", "time", "id"])
