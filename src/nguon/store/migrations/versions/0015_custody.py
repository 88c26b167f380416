# SPDX-License-Identifier: Apache-2.0
"""What custody has been settled."""

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """The tables of this step."""
