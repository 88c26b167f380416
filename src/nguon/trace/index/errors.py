# SPDX-License-Identifier: Apache-2.0
"""What the index can fail with; whoever asks then reads the store."""

from nguon.base.errors import NguonError


class TraceIndexError(NguonError):
    """A file of the index is damaged, of another store or of another version."""
