# SPDX-License-Identifier: Apache-2.0
"""What the country room refuses."""

from nguon.base.errors import NguonError


class NationalCodeError(NguonError):
    """A national identifier that cannot be right: the code says why, never with the digits."""


class CoordinateError(NguonError):
    """Coordinates that cannot be read, or a reference system that is not known."""
