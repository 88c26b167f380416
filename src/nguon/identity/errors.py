# SPDX-License-Identifier: Apache-2.0
"""What identity refuses."""

from nguon.base.errors import NguonError


class KeyRefusedError(NguonError):
    """A key that cannot be made as asked: the code says why."""


class UnknownKeyError(NguonError):
    """No key has this id."""


class PolicyError(NguonError):
    """A policy on who sees what that cannot be taken: the code says why."""
