# SPDX-License-Identifier: Apache-2.0
"""Big answers of traces, worked out behind the request."""

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    pass
