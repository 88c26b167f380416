# SPDX-License-Identifier: Apache-2.0
"""What can go wrong in the store, as errors that say whether asking again helps."""

from nguon.base.errors import NguonError


class StoreError(NguonError):
    """Nothing of what was asked has been written, or it is not known: asking again is safe."""


class StoreUnavailableError(StoreError):
    """The database is gone, locked or out of space (``store.unavailable``)."""


class StoreLostError(StoreUnavailableError):
    """The connection broke: whether the write happened is not known (``store.unavailable``)."""


class StoreBusyError(StoreError):
    """More is waiting to be written than the store accepts (``store.busy``)."""


class StoreClosedError(StoreError):
    """The store has been closed (``store.closed``)."""


class RefusedRowError(StoreError):
    """The database refuses these values, whatever the state it is in (``store.refused``)."""


class UnknownDatabaseError(StoreError):
    """An address that names no database we can use (``store.url``)."""


class NewerSchemaError(StoreError):
    """The database was migrated by a newer version of the program (``store.newer``)."""


class CorruptBodyError(StoreError):
    """A stored body that cannot be unpacked (``store.body``)."""


class IdempotencyConflictError(StoreError):
    """An idempotency key that was used for another document (``store.idempotency``)."""


class ScanLimitError(StoreError):
    """A query that would have to read more events than allowed (``store.scan-limit``)."""


class LogHeldError(StoreError):
    """The log may not be added to now (``tlog.behind``): nothing can be recorded."""


class HeldError(StoreError):
    """What a legal hold keeps may not be erased (``store.held``)."""


class UnknownEventError(StoreError):
    """No event has this number (``store.unknown-event``)."""


class EntrySizeError(StoreError):
    """An entry that is too long for a log (``store.entry-size``)."""


class RefusedSubmissionError(StoreError):
    """What comes with a submission refuses it, whatever else is written: sending it again as it
    is changes nothing.
    """


class ReplayedError(RefusedSubmissionError):
    """A signature's nonce, or what it signed, was used for something else (``store.replayed``)."""
