# SPDX-License-Identifier: Apache-2.0
"""A server with the demonstration goods, loaded as their owners would send them."""

from typing import Any

from nguon.cli.demonstration import default_folder, load, read_manifest

FOLDER = default_folder()
BOX = "01/09521101000023/21/26080007"
BOX_AS_SCANNED = "01/09521101000023/10/TH260806H/21/26080007"
LOT = "01/09521101000023/10/TH260806H"
PRODUCT = "01/09521101000023"
PALLET = "00/095212020000000052"


def loaded(server: Any) -> Any:
    """A running server, given all demonstration goods."""
    services = server.services
    load(services.store, services.capture, FOLDER, read_manifest(FOLDER), lambda _: None)
    return server
