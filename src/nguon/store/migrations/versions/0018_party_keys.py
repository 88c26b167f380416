# SPDX-License-Identifier: Apache-2.0
"""party_keys"""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    pass
