# SPDX-License-Identifier: Apache-2.0
"""What a witness's operator is told when something cannot be done."""

from nguon.base.errors import NguonError


class KeeperError(NguonError):
    """The witness's own files, or the logs it is told to watch, are not as they must be."""
