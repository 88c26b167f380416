# SPDX-License-Identifier: Apache-2.0
"""What the keys of parties refuse."""

from nguon.base.errors import NguonError


class PartyKeyError(NguonError):
    """A key, a proof or a step that cannot be right: the code says why."""


class PartyKeyForbiddenError(PartyKeyError):
    """A step that is another's to take."""


class PartyKeyUnknownError(PartyKeyError):
    """There is no such key, or none that this reader may know of."""


class PartyKeyConflictError(PartyKeyError):
    """What stands already is in the way: a key bound before, a state that has no such step."""


class CustodyLostError(PartyKeyError):
    """The master key of the secrets that are kept here is missing, or is another."""
