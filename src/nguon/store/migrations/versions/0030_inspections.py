# SPDX-License-Identifier: Apache-2.0
"""Visits of inspectors, their checklists and photographs."""

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    pass
