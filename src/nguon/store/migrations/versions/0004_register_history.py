# SPDX-License-Identifier: Apache-2.0
"""More of the registers' columns; status and version history on two time axes; documents."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    pass
