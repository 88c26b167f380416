# SPDX-License-Identifier: Apache-2.0
"""The register that the settings name."""

from pathlib import Path

from nguon.parties.register.errors import RegisterError
from nguon.parties.register.filed import FileRegister
from nguon.parties.register.model import BusinessRegister

_FILE = "file:"


def open_register(address: str) -> BusinessRegister | None:
    """The register at ``file:<path>`` or ``https://…``; None for no address.

    Raises `RegisterError` (``register.address``).
    """
    if not address:
        return None
    if address.startswith(_FILE):
        path = address.removeprefix(_FILE)
        return FileRegister(Path(path.removeprefix("//") if path.startswith("///") else path))
    if address.startswith(("https:", "http:")):
        # Commands that look nothing up start faster without a client.
        from nguon.parties.register.http import HttpRegister

        return HttpRegister(address)
    raise RegisterError("register.address")
