# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with the files of a log."""

from nguon.base.errors import NguonError
from nguon.transparency.errors import ProofError


class ArchiveError(NguonError):
    """A file of a log cannot be written, or would have to change."""


class ConflictError(ArchiveError):
    """A file that is there already has other content (``archive.conflict``)."""


class UnreadableError(ProofError):
    """A file of a log is there and cannot be read (``archive.unreadable``)."""
