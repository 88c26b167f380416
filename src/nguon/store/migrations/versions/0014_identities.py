# SPDX-License-Identifier: Apache-2.0
"""Other systems' names of the same thing."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """The tables of this step."""
