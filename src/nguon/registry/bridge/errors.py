# SPDX-License-Identifier: Apache-2.0
"""What the identity bridge refuses."""

from nguon.base.errors import FaultyInputError, NguonError


class BridgeError(NguonError):
    """A mapping that cannot be right: the code says why."""


class BridgeForbiddenError(BridgeError):
    """Somebody else's to say."""


class BridgeUnknownError(BridgeError):
    """There is no such mapping, or none that this reader may know of."""


class BridgeConflictError(BridgeError):
    """What was said before stands in the way."""


class BridgeTableError(FaultyInputError):
    """Rows of a table are wrong; none was kept. Every fault names its row."""
