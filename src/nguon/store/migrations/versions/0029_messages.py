# SPDX-License-Identifier: Apache-2.0
"""What parties are told, and by which ways."""

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    pass
