# SPDX-License-Identifier: Apache-2.0
"""signatures"""

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    pass
