# SPDX-License-Identifier: Apache-2.0
"""Shards of the log: which entries each has, and its final root."""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its owner."""


def downgrade() -> None:
    """Filled by its owner."""
