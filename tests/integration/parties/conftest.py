# SPDX-License-Identifier: Apache-2.0
"""Places where organisations enrol: on each database in turn, or on the small one alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.store import Store, open_store
from tests.integration.parties.enrolled import World, world


@pytest.fixture
def place(store: Store, tmp_path: Path) -> World:
    """On each database in turn."""
    return world(store, tmp_path)


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """For what does not depend on the database."""
    with open_store(sqlite_url) as opened:
        yield world(opened, tmp_path)
