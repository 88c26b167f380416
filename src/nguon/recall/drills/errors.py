# SPDX-License-Identifier: Apache-2.0
"""What drills refuse."""

from nguon.recall.errors import RecallError, RecallForbiddenError, UnknownRecallError


class DrillError(RecallError):
    """A drill that cannot be made or go on: the code says why."""


class DrillForbiddenError(DrillError, RecallForbiddenError):
    """Somebody who may not do this in a drill."""


class UnknownDrillError(DrillError, UnknownRecallError):
    """There is no such drill, or none that this reader may know of."""
