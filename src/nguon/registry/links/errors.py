# SPDX-License-Identifier: Apache-2.0
"""What is refused of links."""

from nguon.base.errors import FaultyInputError, NguonError


class LinkError(NguonError):
    """Input that cannot be right: the code says why."""


class LinksRefusedError(FaultyInputError):
    """Links with something wrong, every fault named; nothing was changed."""


class LinkForbiddenError(LinkError):
    """Somebody else's key."""


class LinkUnknownError(LinkError):
    """No such link or delegation that this reader may change."""
