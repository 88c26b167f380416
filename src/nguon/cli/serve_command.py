# SPDX-License-Identifier: Apache-2.0
"""``nguon serve``: the server."""

import click

from nguon.settings import load


@click.command("serve")
def command() -> None:
    """Serve the platform (address from NGUON_HOST and NGUON_PORT, loopback by default)."""
    from nguon.app import serve

    serve(load())
