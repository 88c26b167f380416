# SPDX-License-Identifier: Apache-2.0
"""The log that a command works on: the settings' own, after a look whether anything hinders it."""

from collections.abc import Iterator
from contextlib import contextmanager

from nguon.cli.workplace import opened
from nguon.settings import Settings, load
from nguon.tlog.model import Shard
from nguon.tlog.service import Tlog


@contextmanager
def opened_log(settings: Settings | None = None) -> Iterator[Tlog]:
    """The log of the settings, closed afterwards."""
    settings = settings or load()
    with opened(settings) as store:
        tlog = Tlog(store, settings.log_files, settings.base_url)
        try:
            tlog.guard()
            yield tlog
        finally:
            tlog.close()


def shard_named(tlog: Tlog, name: str | None) -> Shard:
    """A shard by its name, the one that grows where none is given."""
    return tlog.current() if name is None else tlog.named(name)
