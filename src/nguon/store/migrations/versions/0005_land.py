# SPDX-License-Identifier: Apache-2.0
"""Boundaries of plots; the words by which register entries are found."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    pass
