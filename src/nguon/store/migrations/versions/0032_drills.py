# SPDX-License-Identifier: Apache-2.0
"""Drills of recalls and traces."""

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    pass
