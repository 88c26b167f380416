# SPDX-License-Identifier: Apache-2.0
"""What a trace refuses."""

from nguon.base.errors import NguonError


class StartUnknownError(NguonError):
    """Nothing that a trace could start from has this name."""


class TraceQuestionError(NguonError):
    """A question that cannot be asked so: the code says why."""


class TraceJobError(NguonError):
    """A big trace that cannot be begun now, or that is not at hand yet."""


class UnknownTraceJobError(NguonError):
    """No big trace of this number was asked for by whoever reads."""
