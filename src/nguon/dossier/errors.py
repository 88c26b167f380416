# SPDX-License-Identifier: Apache-2.0
"""Why a package of evidence cannot be read."""

from nguon.base.errors import NguonError


class DossierError(NguonError):
    """A package of evidence, or a part of it, is not in its form (``place`` says where)."""
