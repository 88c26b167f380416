# SPDX-License-Identifier: Apache-2.0
"""What enrolment refuses."""

from nguon.base.errors import NguonError


class EnrolmentError(NguonError):
    """An enrolment that cannot go on as asked: the code says why."""


class EnrolmentForbiddenError(EnrolmentError):
    """Not for this person or key: the code says why."""


class EnrolmentUnknownError(EnrolmentError):
    """No enrolment that who asks may see has this id."""


class EnrolmentConflictError(EnrolmentError):
    """The enrolment stands elsewhere by now, or another has what it asks for."""


class EntityError(EnrolmentError):
    """A legal entity that may not sign now: suspended or dissolved in the register."""


class NumberKeyLostError(EnrolmentError):
    """The key of personal numbers is missing, or another than the one they were kept under."""
