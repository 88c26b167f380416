# SPDX-License-Identifier: Apache-2.0
"""``nguon scans``: the operator's part of the counts of scans."""

import click

from nguon import gs1
from nguon.cli.workplace import opened
from nguon.scans import keeping


@click.group("scans")
def command() -> None:
    """Scans of codes."""


@command.command("erase")
@click.argument("items", nargs=-1, required=True)
def erase(items: tuple[str, ...]) -> None:
    """Remove every scan and every count of ITEMS (any codes of theirs) for good, all or none."""
    keys = [gs1.parse(item).key for item in items]
    with opened() as store:
        keeping.erase(store, keys)
    for key in keys:
        click.echo(f"{key} erased")
