# SPDX-License-Identifier: Apache-2.0
"""What the registers refuse."""

from nguon.base.errors import NguonError


class RegistryError(NguonError):
    """An entry that cannot be right: the code says why."""
