# SPDX-License-Identifier: Apache-2.0
"""handover_signatures"""

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    pass
