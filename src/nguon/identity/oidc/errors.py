# SPDX-License-Identifier: Apache-2.0
"""What goes wrong with other providers."""

from nguon.base.errors import NguonError


class ProviderError(NguonError):
    """What came back from a provider cannot be believed, or leads nowhere here."""


class UnknownProviderError(ProviderError):
    """No provider has this name, or not for this."""


class ProviderAwayError(ProviderError):
    """A provider does not answer, or not as one does."""


class ProviderFileError(ProviderError):
    """The file of providers cannot be taken: the code says why."""
