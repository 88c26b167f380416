# SPDX-License-Identifier: Apache-2.0
"""listings"""

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    pass
