# SPDX-License-Identifier: Apache-2.0
"""What may not be sold or moved now."""

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    pass
