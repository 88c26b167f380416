# SPDX-License-Identifier: Apache-2.0
"""What reports and disputes refuse."""

from nguon.base.errors import FaultyInputError, NguonError


class DisputeError(NguonError):
    """A step that cannot be taken: the code says why."""


class DisputeForbiddenError(DisputeError):
    """Somebody who may not take this step in this case."""


class DisputeMovedError(DisputeError):
    """The case moved on meanwhile; nothing was changed."""


class UnknownDisputeError(DisputeError):
    """There is no such case, or none that this reader may know of."""


class TooManyReportsError(DisputeError):
    """Too many reports from one place, or about one thing."""


class ReportFaultsError(DisputeError, FaultyInputError):
    """A report that cannot be taken as it is, with every fault in it."""
