# SPDX-License-Identifier: Apache-2.0
"""What compliance refuses."""

from nguon.base.errors import FaultyInputError, NguonError


class ComplianceError(NguonError):
    """What was asked cannot be done: the code says why."""


class RequirementFileError(FaultyInputError):
    """Requirement files that contradict themselves; every fault is named."""


class UnknownConsignmentError(NguonError):
    """There is no such consignment, or it is not the reader's."""


class UnknownSampleError(NguonError):
    """There is no such sample, or it is not the reader's."""


class ConsignmentError(FaultyInputError):
    """A consignment that cannot be kept so; the pointers name the fields."""


class HoldError(FaultyInputError):
    """A legal hold that cannot be placed so; the pointers name the fields."""


class SampleError(FaultyInputError):
    """A sample or result that cannot be kept so; the pointers name the fields."""


class ReportReusedError(NguonError):
    """A report number that its laboratory has already given to other goods."""
