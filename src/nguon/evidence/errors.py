# SPDX-License-Identifier: Apache-2.0
"""The refusals of this room: what cannot be read, with the place in it."""

from nguon.base.errors import NguonError


class EvidenceError(NguonError):
    """A receipt, a package or a receipt's number cannot be read; ``place`` says where."""
