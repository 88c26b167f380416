# SPDX-License-Identifier: Apache-2.0
"""enrolment"""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    pass
