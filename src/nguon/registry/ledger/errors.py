# SPDX-License-Identifier: Apache-2.0
"""What the ledger will not take; a refused *use* is no error but an answer that is kept."""

from nguon.base.errors import NguonError


class LedgerError(NguonError):
    """Input that cannot be right: the code says why."""


class LedgerForbiddenError(LedgerError):
    """Somebody else's to do: the holder's, the user's, or the body in charge's."""


class LedgerUnknownError(LedgerError):
    """No such authorisation or use that this reader may see."""


class LedgerConflictError(LedgerError):
    """What was done before stands in the way."""
