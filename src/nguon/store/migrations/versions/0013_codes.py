# SPDX-License-Identifier: Apache-2.0
"""Licences, orders and blocks of codes."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """The tables of this step."""
