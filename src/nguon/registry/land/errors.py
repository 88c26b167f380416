# SPDX-License-Identifier: Apache-2.0
"""What the land register refuses as a whole."""

from nguon.base.errors import NguonError


class LandError(NguonError):
    """A file or list that holds no boundary, or a boundary that may not be kept."""
