# SPDX-License-Identifier: Apache-2.0
"""Links of keys and who answers for a prefix."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """The tables of this step."""
