# SPDX-License-Identifier: Apache-2.0
"""What a mirror says: that the log cannot be reached, or that something about it is wrong."""

from nguon.base.errors import NguonError


class MirrorError(NguonError):
    """The mirror cannot do what was asked of it."""


class UnreachableError(MirrorError):
    """The log did not answer as it should; asked again later it may."""


class MissingError(MirrorError):
    """The log says that it has no such file (``mirror.missing``)."""


class AlarmError(MirrorError):
    """The log is not what it said it was, or not what it must be."""


class ForkError(AlarmError):
    """The log signed two histories (``mirror.fork``): there is nothing more to follow."""
