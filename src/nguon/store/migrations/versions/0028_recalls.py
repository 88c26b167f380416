# SPDX-License-Identifier: Apache-2.0
"""Recalls: cases, scopes, decisions, sites, answers, disposals."""

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    pass
