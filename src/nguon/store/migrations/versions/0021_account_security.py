# SPDX-License-Identifier: Apache-2.0
"""account_security"""

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    pass
