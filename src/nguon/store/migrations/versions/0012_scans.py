# SPDX-License-Identifier: Apache-2.0
"""Scans of codes."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """The tables of this step."""
