# SPDX-License-Identifier: Apache-2.0
"""Why the log does not sign, or cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nguon.base.errors import NguonError


class LogError(NguonError):
    """The log cannot do what was asked of it."""


class RefusedError(LogError):
    """The log does not sign, and will not until somebody acts; nothing is lost by that."""


class BehindError(RefusedError):
    """The database has fewer entries than were signed: nothing may be recorded."""


class LogBusyError(LogError):
    """Another process keeps the log (``tlog.elsewhere``)."""


class UnknownShardError(LogError):
    """There is no such shard (``tlog.no-shard``)."""


@contextmanager
def files_at(path: Path) -> Iterator[None]:
    """Around calls to the system: one that fails raises `LogError` (``tlog.state-unreadable``)."""
    try:
        yield
    except OSError as error:
        where, why = error.filename or path, error.strerror or str(error)
        raise LogError("tlog.state-unreadable", path=str(where), reason=why) from error
