# SPDX-License-Identifier: Apache-2.0
"""Consignments, laboratory samples, duties and legal holds."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    pass
