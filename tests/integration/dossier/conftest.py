# SPDX-License-Identifier: Apache-2.0
"""One server with signed records for all tests of packages of evidence."""

from collections.abc import Iterator

import pytest

from nguon.parties.keys.custody import custodian_of
from tests.dossier_made import captured, logged
from tests.integration.web.signing_world import World, opened


@pytest.fixture(scope="package", params=["sqlite"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A lot with signed events, in the log and its map."""
    with opened(request, tmp_path_factory.mktemp("dossier")) as made:
        custodian_of(made.server.store).platform()
        captured(made, made.signer())
        logged(made)
        yield made
