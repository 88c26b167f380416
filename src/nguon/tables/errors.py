# SPDX-License-Identifier: Apache-2.0
"""Files that cannot be read as tables."""

from nguon.base.errors import NguonError


class TableError(NguonError):
    """A file that is no table, or one too large or locked: the code says which."""
