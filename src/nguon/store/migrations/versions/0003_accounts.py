# SPDX-License-Identifier: Apache-2.0
"""People, their places in organisations, sessions and invitations."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    pass
