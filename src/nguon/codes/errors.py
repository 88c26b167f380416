# SPDX-License-Identifier: Apache-2.0
"""What issuing refuses."""

from nguon.base.errors import NguonError


class IssuingError(NguonError):
    """An order, licence or range that cannot be right: the code says why."""


class IssuingForbiddenError(IssuingError):
    """Numbers that are another's to give out, or a step that is another's to take."""


class IssuingUnknownError(IssuingError):
    """There is no such licence, block or range, or none that this reader may know of."""


class IssuingConflictError(IssuingError):
    """What stands already is in the way: a mark used before, a range that is taken, a quota."""


class KeysLostError(IssuingError):
    """The installation's keys are not those that serials were made with."""


class TooManyChecksError(IssuingError):
    """Too many hidden parts were tried; it goes on after some minutes."""
