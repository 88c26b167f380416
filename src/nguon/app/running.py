# SPDX-License-Identifier: Apache-2.0
"""What runs beside the requests: threads that sign, write and follow what was recorded."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

from nguon.capture.anew import recompute_all
from nguon.compliance.follower import Follower
from nguon.disputes.runner import Tidying
from nguon.entries.following import Matching
from nguon.inspections.runner import Lapsing
from nguon.listings.runner import Watcher
from nguon.messages.delivering import Post
from nguon.messages.runner import Courier
from nguon.parties.enrolment.follower import Follower as Registered
from nguon.recall.runner import Chasing
from nguon.stoplist.runner import Watching
from nguon.tlog.scrubbing import Scrubber
from nguon.trace.index.runner import Indexing
from nguon.trace.working import Working
from nguon.web.services import Services


class Runner(Protocol):
    """Something with a thread of its own."""

    def start(self) -> None:
        """Begin."""

    def close(self) -> None:
        """End between two steps."""


@contextmanager
def running(services: Services) -> Iterator[None]:
    """All that runs while the server does. What began last ends first; the log, whose listeners
    begin before it, ends after them, and the store at the very end.
    """
    with ExitStack() as ending:
        ending.callback(services.store.close)
        log = (services.collector, services.completer, services.tlog)
        for one in reversed(log):
            ending.callback(one.close)
        for one in log:
            one.start()
        for runner in (*_parts(services), *_followers(services)):
            runner.start()
            ending.callback(runner.close)
        yield


def _parts(services: Services) -> Iterator[Runner]:
    yield services.scans
    yield services.roller
    if services.anchoring is not None:
        yield services.anchoring
    yield services.capture


def _followers(services: Services) -> Iterator[Runner]:
    """Those that read what was recorded; none delays a capture."""
    store = services.store
    yield Watching(store, services.directory.forget)
    yield Lapsing(store)
    yield Matching(store)
    yield Working(store)
    yield Follower(store)
    yield Indexing(store)
    yield Registered(store)
    yield Scrubber(services.tlog, recompute_all)
    yield Tidying(store)
    yield Chasing(store)
    yield Watcher(store, private=services.webhooks_private)
    yield Courier(store, Post(services.base_url, services.mail, services.webhooks_private))
