# SPDX-License-Identifier: Apache-2.0
"""Why an anchor was not made, or does not hold."""

from nguon.base.errors import NguonError


class AnchorError(NguonError):
    """An anchor that shows nothing, or that could not be had."""


class UnreachableError(AnchorError):
    """Whoever would anchor cannot be asked now."""


class UncheckedError(AnchorError):
    """What is needed to check the anchor is not there: nothing is said about it."""
