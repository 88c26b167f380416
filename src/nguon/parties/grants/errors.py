# SPDX-License-Identifier: Apache-2.0
"""What grants refuse."""

from nguon.base.errors import NguonError
from nguon.store.errors import RefusedSubmissionError


class GrantError(NguonError):
    """A grant that cannot be as asked: the code says why, ``field`` where."""


class GrantForbiddenError(GrantError):
    """A step that is another's to take."""


class GrantUnknownError(GrantError):
    """There is no such grant, or none that this reader may know of."""


class GrantConflictError(GrantError):
    """What stands already is in the way: an answer given before, a grant that ended."""


class GrantSpentError(RefusedSubmissionError):
    """A grant does not bear what records would draw from it: nothing of them is written."""
