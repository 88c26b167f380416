# SPDX-License-Identifier: Apache-2.0
"""What inspections refuse."""

from nguon.base.errors import FaultyInputError, NguonError


class InspectionError(NguonError):
    """Something that cannot be done so: the code says why."""


class InspectionForbiddenError(InspectionError):
    """Not an officer, or not in the officer's charge."""


class UnknownInspectionError(InspectionError):
    """No minutes, photograph or hold that this reader may know of."""


class InspectionMovedError(InspectionError):
    """The form was used for other minutes; a hold that has ended."""


class InspectionFaultsError(FaultyInputError):
    """Everything wrong with what was sent."""
