# SPDX-License-Identifier: Apache-2.0
"""assurance"""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    pass
