# SPDX-License-Identifier: Apache-2.0
"""What recalls refuse."""

from nguon.base.errors import FaultyInputError, NguonError


class RecallError(NguonError):
    """A step that cannot be taken: the code says why."""


class RecallForbiddenError(RecallError):
    """Somebody who may not take this step in this case."""


class RecallMovedError(RecallError):
    """The case, or its site, moved on meanwhile; nothing was changed."""


class UnknownRecallError(RecallError):
    """There is no such case or site, or none that this reader may know of."""


class RecallFaultsError(RecallError, FaultyInputError):
    """Something written that cannot be taken as it is, with every fault in it."""
