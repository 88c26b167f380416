# SPDX-License-Identifier: Apache-2.0
"""What is refused of scans."""

from nguon.base.errors import NguonError


class ScanError(NguonError):
    """Days that cannot be asked for."""


class ScanForbiddenError(ScanError):
    """Scans of somebody else's goods."""
