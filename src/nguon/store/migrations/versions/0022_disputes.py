# SPDX-License-Identifier: Apache-2.0
"""disputes"""

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    pass
