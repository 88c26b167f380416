# SPDX-License-Identifier: Apache-2.0
"""attestations"""

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    pass
