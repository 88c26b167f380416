# SPDX-License-Identifier: Apache-2.0
"""The ledger of authorisations and uses of area and packing-house codes."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    pass
