# SPDX-License-Identifier: Apache-2.0
"""Nothing: the standing of claims is worked out from what is stored, and kept nowhere."""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    pass
