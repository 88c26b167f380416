# SPDX-License-Identifier: Apache-2.0
"""What is refused of marketplaces and sellers."""

from nguon.base.errors import FaultyInputError, NguonError


class ListingError(NguonError):
    """Something that cannot be asked, declared or subscribed to: the code says why."""


class ListingFaultsError(ListingError, FaultyInputError):
    """A list with faults, all of them named."""


class UnknownListingError(ListingError):
    """There is no such subscription or declaration, or it is another's."""


class TooManyMissesError(ListingError):
    """Too many sellers were asked for that nobody here is."""
