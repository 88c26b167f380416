# SPDX-License-Identifier: Apache-2.0
"""The stop list as the source of recalls for whoever asks about listings."""

from collections.abc import Collection

from nguon.stoplist import queries
from nguon.store import Store


class Stops:
    """What is on the list for a recall, as far as anybody may be told."""

    def recalled(self, store: Store, keys: Collection[str]) -> set[str]:
        """Those of these things, lots and products that are recalled now."""
        found = queries.stopped(store, keys, public=True)
        return {key for key, stop in found.items() if stop.source.startswith("recall:")}
