# SPDX-License-Identifier: Apache-2.0
"""Hand-overs and what everyday entries remember."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass
