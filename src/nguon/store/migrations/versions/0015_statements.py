# SPDX-License-Identifier: Apache-2.0
"""Statements: log entries that are about no event, and what they state."""

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its owner."""


def downgrade() -> None:
    """Filled by its owner."""
